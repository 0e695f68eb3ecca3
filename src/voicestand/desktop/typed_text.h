#pragma once

#include <string>
#include <string_view>

#include "voicestand/base/result.h"

namespace voicestand::desktop {

// Text that keys can write: characters, '\n' for the Return key and '\t' for the Tab key, and no other control
// character, which a window would take for a command; before it, '\b' for each press of the BackSpace key. Thread: any.
// Real-time: no.
class TypedText {
 public:
  // '\r\n' and '\r' are line ends too. Errors: kUsage.
  [[nodiscard]] static Result<TypedText> from(std::string_view utf8);

  // After as many characters before it as `erased` has been taken back: what a window takes for one at once, a letter
  // with its accents or an emoji of several parts, is taken back at once. Errors: kUsage.
  [[nodiscard]] static Result<TypedText> replacing(std::string_view erased, std::string_view utf8);
  [[nodiscard]] bool erases() const noexcept { return characters_.starts_with(U'\b'); }

  [[nodiscard]] const std::u32string& characters() const noexcept { return characters_; }
  [[nodiscard]] std::string utf8() const;

 private:
  explicit TypedText(std::u32string characters) : characters_(std::move(characters)) {}
  std::u32string characters_;
};

}  // namespace voicestand::desktop
