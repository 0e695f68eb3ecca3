#pragma once

#include <string_view>

namespace voicestand::platform {

// Thread: the one that is named. Real-time: no. What ps, top and debuggers show; the first 15 bytes count.
void name_this_thread(std::string_view name) noexcept;

}  // namespace voicestand::platform
