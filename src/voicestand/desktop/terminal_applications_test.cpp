#include "voicestand/desktop/terminal_applications.h"

#include <gtest/gtest.h>

namespace voicestand::desktop {
namespace {

TEST(TerminalApplications, AreKnownByClassAndByAppId) {
  for (const char* name : {"XTerm",
                           "UXTerm",
                           "URxvt",
                           "Rxvt-unicode",
                           "Alacritty",
                           "kitty",
                           "foot",
                           "footclient",
                           "gnome-terminal-server",
                           "Gnome-terminal",
                           "org.gnome.Terminal",
                           "konsole",
                           "org.kde.konsole",
                           "st",
                           "st-256color",
                           "org.wezfurlong.wezterm",
                           "com.mitchellh.ghostty",
                           "Xfce4-terminal",
                           "QTerminal",
                           "Terminator",
                           "org.gnome.Ptyxis",
                           "Tilix"})
    EXPECT_TRUE(is_terminal(name)) << name;
}

TEST(TerminalApplications, OthersAreNone) {
  for (const char* name :
       {"", ".", "firefox", "Steam", "org.gnome.TextEditor", "Footage", "Estate", "gimp-2.10", "st."})
    EXPECT_FALSE(is_terminal(name)) << name;
}

}  // namespace
}  // namespace voicestand::desktop
