#pragma once

#include <string>
#include <string_view>

namespace voicestand::bench::html {

// Thread: any. Text that stands for itself between tags and in quoted attributes; control characters, which HTML does
// not know, become blanks, and what is no UTF-8 becomes U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace voicestand::bench::html
