#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "voicestand/base/result.h"
#include "voicestand/lib/xkb/keymap.h"
#include "voicestand/lib/xkb/keymap_extension.h"

namespace voicestand::desktop {

// How to write with a keyboard's layouts: by their own keys, and by spare keys what they lack. Thread: one at a time.
// Real-time: no.
class TypingLayout {
 public:
  struct Key {
    xkb::Stroke stroke;
    std::uint32_t group = 0;
  };

  // `keymap`: the session's, in XKB's text form. Where it is none, that of the system's defaults; where there is none
  // of those either, spare keys alone. Errors: kServiceMissing, kBadData.
  [[nodiscard]] static Result<TypingLayout> of(const std::string& keymap);

  // The keymap without what has been added.
  [[nodiscard]] const std::string& keymap() const noexcept { return keymap_; }

  // Errors: kUsage where no key can write one of the characters.
  [[nodiscard]] Result<void> check(std::u32string_view characters) const;
  // Nothing: it must be added first.
  [[nodiscard]] std::optional<Key> key_for(char32_t character) const;
  // Makes keys for what of `characters` has none, the first ones as far as there is room for them, in place of those
  // that had been added before. Returns the keymap that has them; nothing: the layouts have all of them. Errors:
  // kUsage.
  [[nodiscard]] Result<std::optional<std::string>> add(std::u32string_view characters);
  // The keymap without what has been added is in force again.
  void drop_added() { added_.clear(); }

 private:
  [[nodiscard]] static Result<TypingLayout> of_keymap(const xkb::Keymap& keymap, std::string text);
  TypingLayout(std::string keymap, xkb::KeymapExtension extension)
      : keymap_(std::move(keymap)), extension_(std::move(extension)) {}

  std::string keymap_;
  xkb::KeymapExtension extension_;
  std::unordered_map<char32_t, Key> own_;
  xkb::Strokes added_;
};

}  // namespace voicestand::desktop
