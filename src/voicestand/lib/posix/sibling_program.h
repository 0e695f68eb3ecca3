#pragma once

#include <string>
#include <string_view>

namespace voicestand::posix {

// Thread: any. Real-time: no. The path of the program `name` in the folder of the running one.
[[nodiscard]] std::string sibling_program(std::string_view name);

}  // namespace voicestand::posix
