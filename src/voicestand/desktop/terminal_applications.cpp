#include "voicestand/desktop/terminal_applications.h"

#include <algorithm>
#include <array>

#include "voicestand/base/ascii.h"

namespace voicestand::desktop {
namespace {

// Those in whose name there is no "term": in small letters, the last part of "org.kde.konsole".
constexpr std::array<std::string_view, 13> kNames{"alacritty", "blackbox", "foot",   "footclient", "ghostty",
                                                  "guake",     "havoc",    "kitty",  "konsole",    "ptyxis",
                                                  "st",        "tilix",    "yakuake"};
constexpr std::array<std::string_view, 2> kParts{"term", "rxvt"};

bool same(char a, char b) noexcept {
  return ascii_lower(a) == ascii_lower(b);
}

bool has(std::string_view application, std::string_view part) noexcept {
  return !std::ranges::search(application, part, same).empty();
}

}  // namespace

bool pastes_what_is_marked(std::string_view application) noexcept {
  return has(application, "xterm") || has(application, "rxvt");
}

bool is_terminal(std::string_view application) noexcept {
  if (std::ranges::any_of(kParts, [&](std::string_view part) { return has(application, part); })) return true;
  std::string_view name = application.substr(application.rfind('.') + 1);  // npos + 1 is 0
  if (const auto dash = name.find("-256color"); dash != std::string_view::npos) name = name.substr(0, dash);
  return std::ranges::any_of(kNames, [&](std::string_view known) { return std::ranges::equal(known, name, same); });
}

}  // namespace voicestand::desktop
