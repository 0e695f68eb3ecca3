#pragma once

#include <string_view>

namespace voicestand::desktop {

// Whether a window of this class (X11) or app id (Wayland) is a terminal's. Thread: any. Real-time: yes.
[[nodiscard]] bool is_terminal(std::string_view application) noexcept;

}  // namespace voicestand::desktop
