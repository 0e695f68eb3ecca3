#include "voicestand/lib/xkb/keymap_extension.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <linux/input-event-codes.h>

namespace voicestand::xkb {
namespace {

// The levels of a spare key, by modifiers that do nothing of themselves. All spare keys get a character on the first
// level before one gets a character on the second.
constexpr std::array<ModifierMask, 4> kLevels{0, kShift, kLevelThree, kShift | kLevelThree};
constexpr std::string_view kType =
    "\ttype \"VOICESTAND\" {\n"
    "\t\tmodifiers= Shift+Mod5;\n"
    "\t\tmap[Shift]= Level2;\n"
    "\t\tmap[Mod5]= Level3;\n"
    "\t\tmap[Shift+Mod5]= Level4;\n"
    "\t\tlevel_name[Level1]= \"1\";\n"
    "\t\tlevel_name[Level2]= \"2\";\n"
    "\t\tlevel_name[Level3]= \"3\";\n"
    "\t\tlevel_name[Level4]= \"4\";\n"
    "\t};\n";
constexpr std::string_view kSectionEnd = "\n};";
constexpr Keycode kFirstOfNothing = 8 + KEY_F13;
constexpr Keycode kLastOfNothing = 8 + KEY_F24;

Result<std::string> symbol_of(char32_t character) {
  if (character == U'\n') return "Return";
  if (character == U'\t') return "Tab";
  if (character == U'\b') return "BackSpace";
  const auto keysym = keysym_of(character);
  if (!keysym) return std::unexpected(keysym.error());
  std::array<char, 8> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), static_cast<std::uint32_t>(character), 16).ptr;
  std::string name = "U" + std::string(digits.begin(), end);
  if (*keysym == 0) return fail(Errc::kUsage, "no key can write this character", name, "leave it out");
  while (name.size() < 5) name.insert(1, 1, '0');
  return name;
}

// The keys that the text says are modifiers: such a line reads "modifier_map Mod5 { <LVL3>, <MDSW> };".
bool is_modifier(std::string_view text, const std::string& name) {
  const std::string key = "<" + name + ">";
  constexpr std::string_view kLine = "modifier_map ";
  for (std::size_t at = text.find(kLine); at != std::string_view::npos; at = text.find(kLine, at + kLine.size())) {
    const std::string_view line = text.substr(at, text.find(';', at) - at);
    if (line.find(key) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

Result<KeymapExtension> KeymapExtension::of(const Keymap& keymap) {
  const std::string text = keymap.text();
  const auto refuse = [] {
    return fail(Errc::kBadData, "this version writes keymaps in an unknown form", "libxkbcommon");
  };
  const std::size_t types = text.find("xkb_types ");
  const std::size_t types_end = text.find(kSectionEnd, types);
  const std::size_t symbols = text.find("xkb_symbols ", types_end);
  const std::size_t name = text.find('"', symbols);
  const std::size_t name_end = text.find('"', name + 1);
  const std::size_t end = text.find(kSectionEnd, name_end);
  if (types == std::string::npos || types_end == std::string::npos || symbols == std::string::npos ||
      name == std::string::npos || name_end == std::string::npos || end == std::string::npos)
    return refuse();
  KeymapExtension extension;
  extension.until_types_ = text.substr(0, types_end + 1);
  extension.until_symbols_ = text.substr(types_end + 1, name + 1 - (types_end + 1));
  extension.until_end_ = text.substr(name_end, end + 1 - name_end);
  extension.end_ = text.substr(end + 1);
  for (const Keycode key : keymap.spare_keys()) {
    std::string key_name = keymap.name_of(key);
    if (key_name.empty() || is_modifier(text, key_name)) continue;
    extension.keys_.push_back({.keycode = key, .name = std::move(key_name)});
  }
  return extension;
}

KeymapExtension KeymapExtension::of_nothing() {
  KeymapExtension extension;
  std::string codes;
  for (Keycode key = kFirstOfNothing; key <= kLastOfNothing; ++key) {
    const std::string number = std::to_string(key);
    extension.keys_.push_back({.keycode = key, .name = "I" + number});
    codes += "\t<I" + number + "> = " + number + ";\n";
  }
  extension.until_types_ =
      "xkb_keymap {\nxkb_keycodes \"\" {\n\tminimum = 8;\n\tmaximum = 255;\n" + codes + "};\n\nxkb_types \"\" {\n";
  extension.until_symbols_ = "};\n\nxkb_compatibility \"\" {\n};\n\nxkb_symbols \"";
  extension.until_end_ = "\" {\n\tname[Group1]=\"VoiceStand\";\n";
  extension.end_ = "};\n\n};\n";
  return extension;
}

std::size_t KeymapExtension::room() const noexcept {
  return keys_.size() * kLevels.size();
}

Result<KeymapExtension::Extended> KeymapExtension::with(std::span<const char32_t> characters) const {
  const std::size_t count = std::min(characters.size(), room());
  std::vector<std::string> symbols(std::min(count, keys_.size()));
  Extended extended;
  for (std::size_t at = 0; at < count; ++at) {
    const auto symbol = symbol_of(characters[at]);
    if (!symbol) return std::unexpected(symbol.error());
    const std::size_t key = at % keys_.size();
    symbols[key] += (symbols[key].empty() ? "" : ", ") + *symbol;
    extended.added.try_emplace(characters[at],
                               Stroke{.keycode = keys_[key].keycode, .held = kLevels[at / keys_.size()]});
  }
  std::string keys;
  for (std::size_t key = 0; key < symbols.size(); ++key)
    keys += "\treplace key <" + keys_[key].name + "> { type[Group1]= \"VOICESTAND\", repeat= No, symbols[Group1]= [ " +
            symbols[key] + " ] };\n";
  extended.text =
      until_types_ + std::string(kType) + until_symbols_ + std::string(kExtensionMark) + until_end_ + keys + end_;
  return extended;
}

}  // namespace voicestand::xkb
