#pragma once

#include <array>
#include <span>
#include <string_view>

namespace voicestand::service {

// What type.backend and `voicestand type --backend` take: "auto", and the ways there are in the order in which it tries
// them.
inline constexpr std::array<std::string_view, 7> kTypingChoices{"auto",   "virtual-keyboard", "portal", "x11",
                                                                "uinput", "clipboard",        "stdout"};
inline constexpr std::span kTypingWays = std::span(kTypingChoices).subspan<1>();

}  // namespace voicestand::service
