#include "voicestand/desktop/typed_text.h"

#include <optional>
#include <utility>

#include "voicestand/base/utf8.h"

namespace voicestand::desktop {
namespace {

bool is_command(char32_t character) {
  const bool control = character < U' ' || (character >= 0x7F && character <= 0x9F);
  return control && character != U'\n' && character != U'\t';
}

}  // namespace

Result<TypedText> TypedText::from(std::string_view utf8) {
  const auto characters = utf32_of(utf8);
  if (!characters) return fail(Errc::kUsage, "the text is not UTF-8");
  std::u32string text;
  text.reserve(characters->size());
  char32_t before = 0;
  for (const char32_t character : *characters) {
    const bool second_half = before == U'\r' && character == U'\n';
    before = character;
    if (second_half) continue;
    const char32_t typed = character == U'\r' ? U'\n' : character;
    if (is_command(typed))
      return fail(Errc::kUsage, "the text has a control character in it", {},
                  "leave it out; only newline and tab can be typed");
    text += typed;
  }
  return TypedText(std::move(text));
}

std::string TypedText::utf8() const {
  std::string text;
  text.reserve(characters_.size());
  for (const char32_t character : characters_) append_utf8(text, character);
  return text;
}

}  // namespace voicestand::desktop
