#include "voicestand/desktop/key_names.h"

#include <array>

namespace voicestand::desktop {
namespace {

// X11's keysyms, which Wayland has too.
constexpr std::array kNames{
    KeyName{"space", 0x20},
    KeyName{"Return", 0xFF0D},
    KeyName{"Enter", 0xFF0D},
    KeyName{"Escape", 0xFF1B},
    KeyName{"Esc", 0xFF1B},
    KeyName{"Tab", 0xFF09},
    KeyName{"BackSpace", 0xFF08},
    KeyName{"Insert", 0xFF63},
    KeyName{"Delete", 0xFFFF},
    KeyName{"Home", 0xFF50},
    KeyName{"End", 0xFF57},
    KeyName{"Page_Up", 0xFF55},
    KeyName{"Page_Down", 0xFF56},
    KeyName{"Left", 0xFF51},
    KeyName{"Up", 0xFF52},
    KeyName{"Right", 0xFF53},
    KeyName{"Down", 0xFF54},
    KeyName{"Scroll_Lock", 0xFF14},
    KeyName{"Pause", 0xFF13},
    KeyName{"Print", 0xFF61},
    KeyName{"Menu", 0xFF67},
    KeyName{"Caps_Lock", 0xFFE5},
    KeyName{"Num_Lock", 0xFF7F},
    KeyName{"Control_L", 0xFFE3},
    KeyName{"Control_R", 0xFFE4},
    KeyName{"Alt_L", 0xFFE9},
    KeyName{"Alt_R", 0xFFEA},
    KeyName{"AltGr", 0xFE03},
    KeyName{"ISO_Level3_Shift", 0xFE03},
    KeyName{"Shift_L", 0xFFE1},
    KeyName{"Shift_R", 0xFFE2},
    KeyName{"Super_L", 0xFFEB},
    KeyName{"Super_R", 0xFFEC},
    KeyName{"grave", '`'},
    KeyName{"minus", '-'},
    KeyName{"plus", '+'},
    KeyName{"equal", '='},
    KeyName{"bracketleft", '['},
    KeyName{"bracketright", ']'},
    KeyName{"backslash", '\\'},
    KeyName{"semicolon", ';'},
    KeyName{"apostrophe", '\''},
    KeyName{"comma", ','},
    KeyName{"period", '.'},
    KeyName{"slash", '/'},
    KeyName{"less", '<'},
    KeyName{"XF86AudioMicMute", 0x1008FFB2},
    KeyName{"XF86AudioMute", 0x1008FF12},
    KeyName{"XF86AudioPlay", 0x1008FF14},
    KeyName{"XF86AudioRecord", 0x1008FF1C},
    KeyName{"XF86Tools", 0x1008FF81},
    KeyName{"XF86Favorites", 0x1008FF30},
    KeyName{"XF86Launch1", 0x1008FF41},
    KeyName{"XF86Launch2", 0x1008FF42},
    KeyName{"XF86Launch3", 0x1008FF43},
    KeyName{"XF86Launch4", 0x1008FF44},
    KeyName{"XF86Launch5", 0x1008FF45},
    KeyName{"XF86Launch6", 0x1008FF46},
    KeyName{"XF86Launch7", 0x1008FF47},
    KeyName{"XF86Launch8", 0x1008FF48},
    KeyName{"XF86Launch9", 0x1008FF49},
    KeyName{"XF86TouchpadToggle", 0x1008FFA9},
    KeyName{"XF86TouchpadOn", 0x1008FFB0},
    KeyName{"XF86TouchpadOff", 0x1008FFB1},
};

}  // namespace

std::span<const KeyName> key_names() noexcept {
  return kNames;
}

}  // namespace voicestand::desktop
