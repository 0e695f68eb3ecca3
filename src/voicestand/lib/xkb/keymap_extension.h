#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/xkb/keymap.h"

namespace voicestand::xkb {

// Stands in the text of each keymap that has been extended, whoever reads it and writes it anew.
inline constexpr std::string_view kExtensionMark = "voicestand-extension";

// A keymap's text, to which further characters can be added on its spare keys; all else in it stays as it is. Thread:
// one at a time. Real-time: no.
class KeymapExtension {
 public:
  // Errors: kBadData where the library writes keymaps in another form than is known.
  [[nodiscard]] static Result<KeymapExtension> of(const Keymap& keymap);
  // One that has spare keys alone, for where there is no other.
  [[nodiscard]] static KeymapExtension of_nothing();

  // How many characters it can be given at once.
  [[nodiscard]] std::size_t room() const noexcept;

  struct Extended {
    std::string text;
    Strokes added;  // in any of the keymap's groups
  };
  // As many of the characters as there is room for, the first ones. Errors: kUsage for what has no keysym,
  // kServiceMissing.
  [[nodiscard]] Result<Extended> with(std::span<const char32_t> characters) const;

 private:
  struct SpareKey {
    Keycode keycode;
    std::string name;
  };

  // The text, cut open where something is put in.
  std::string until_types_;    // types go here
  std::string until_symbols_;  // the name of the symbols goes here
  std::string until_end_;      // symbols go here
  std::string end_;
  std::vector<SpareKey> keys_;
};

}  // namespace voicestand::xkb
