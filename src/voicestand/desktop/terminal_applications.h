#pragma once

#include <string_view>

namespace voicestand::desktop {

// Whether a window of this class (X11) or app id (Wayland) is a terminal's. Thread: any. Real-time: yes.
[[nodiscard]] bool is_terminal(std::string_view application) noexcept;

// Whether it is one of those terminals that paste what is marked somewhere and not what is on the clipboard: xterm and
// rxvt, by Shift+Insert. Likewise.
[[nodiscard]] bool pastes_what_is_marked(std::string_view application) noexcept;

}  // namespace voicestand::desktop
