#include "voicestand/desktop/typing_layout.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace voicestand::desktop {
namespace {

constexpr xkb::Keycode kLastKeycode = 255;  // X11's, and so that of Xwayland's windows

}  // namespace

Result<TypingLayout> TypingLayout::of(const std::string& keymap) {
  if (!keymap.empty()) {
    const auto parsed = xkb::Keymap::parse(keymap);
    if (parsed) {
      auto layout = of_keymap(*parsed, keymap);
      // One that another program has made for itself may have no key to spare.
      if (layout && layout->extension_.room() > 0) return layout;
    } else if (parsed.error().code != Errc::kBadData) {
      return std::unexpected(parsed.error());
    }
  }
  const auto usual = xkb::Keymap::named("", "");
  if (usual) return of_keymap(*usual, usual->text());
  if (usual.error().code != Errc::kNotFound) return std::unexpected(usual.error());
  xkb::KeymapExtension nothing = xkb::KeymapExtension::of_nothing();
  auto empty = nothing.with({});
  if (!empty) return std::unexpected(std::move(empty.error()));
  return TypingLayout(std::move(empty->text), std::move(nothing));
}

Result<TypingLayout> TypingLayout::of_keymap(const xkb::Keymap& keymap, std::string text) {
  auto extension = xkb::KeymapExtension::of(keymap);
  if (!extension) return std::unexpected(std::move(extension.error()));
  TypingLayout layout(std::move(text), std::move(*extension));
  for (std::uint32_t group = 0; group < keymap.groups(); ++group)
    for (const auto& [character, stroke] : keymap.strokes(group, 0))
      if (stroke.keycode <= kLastKeycode) layout.own_.try_emplace(character, Key{.stroke = stroke, .group = group});
  return layout;
}

Result<void> TypingLayout::check(std::u32string_view characters) const {
  for (const char32_t character : characters) {
    if (own_.contains(character)) continue;
    const auto keysym = xkb::keysym_of(character);
    if (!keysym) return std::unexpected(keysym.error());
    if (*keysym == 0) return fail(Errc::kUsage, "the text has a character that no key can write", {}, "leave it out");
  }
  return {};
}

std::optional<TypingLayout::Key> TypingLayout::key_for(char32_t character) const {
  if (const auto own = own_.find(character); own != own_.end()) return own->second;
  if (const auto added = added_.find(character); added != added_.end()) return Key{.stroke = added->second};
  return std::nullopt;
}

Result<std::optional<std::string>> TypingLayout::add(std::u32string_view characters) {
  std::vector<char32_t> lacking;
  for (const char32_t character : characters) {
    if (lacking.size() == extension_.room()) break;
    if (!own_.contains(character) && std::ranges::find(lacking, character) == lacking.end())
      lacking.push_back(character);
  }
  added_.clear();
  if (lacking.empty()) return std::nullopt;
  auto extended = extension_.with(lacking);
  if (!extended) return std::unexpected(std::move(extended.error()));
  added_ = std::move(extended->added);
  return std::move(extended->text);
}

}  // namespace voicestand::desktop
