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

// What goes with the character before it.
bool continues(char32_t character) {
  return (character >= 0x300 && character <= 0x36F) ||      // accents
         (character >= 0xFE00 && character <= 0xFE0F) ||    // variation selectors
         (character >= 0x1F3FB && character <= 0x1F3FF) ||  // skin tones
         character == 0x200D;                               // zero-width joiner
}

// Two make a flag.
bool is_half_of_flag(char32_t character) {
  return character >= 0x1F1E6 && character <= 0x1F1FF;
}

std::size_t count_at_once(std::u32string_view text) {
  std::size_t count = 0;
  char32_t before = 0;
  for (const char32_t character : text) {
    const bool second_half = is_half_of_flag(character) && is_half_of_flag(before);
    if (!continues(character) && before != 0x200D && !second_half) ++count;
    before = second_half ? 0 : character;
  }
  return count;
}

}  // namespace

Result<TypedText> TypedText::replacing(std::string_view erased, std::string_view utf8) {
  auto before = from(erased);
  if (!before) return before;
  auto text = from(utf8);
  if (text) text->characters_.insert(0, count_at_once(before->characters_), U'\b');
  return text;
}

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
