#include "voicestand/base/utf8.h"

#include <array>

namespace voicestand {
namespace {

// The second byte's range tells overlong forms, surrogates and what lies beyond U+10FFFF apart.
struct Lead {
  std::size_t length = 0;
  unsigned char low = 0x80, high = 0xBF;
};

Lead lead_of(unsigned char byte) noexcept {
  if (byte < 0x80) return {.length = 1};
  if (byte < 0xC2) return {};
  if (byte < 0xE0) return {.length = 2};
  if (byte == 0xE0) return {.length = 3, .low = 0xA0};
  if (byte == 0xED) return {.length = 3, .high = 0x9F};
  if (byte < 0xF0) return {.length = 3};
  if (byte == 0xF0) return {.length = 4, .low = 0x90};
  if (byte < 0xF4) return {.length = 4};
  if (byte == 0xF4) return {.length = 4, .high = 0x8F};
  return {};
}

// How many bytes belong to the first character, valid or not; at least 1.
std::size_t extent(std::string_view text, bool& valid) noexcept {
  const Lead lead = lead_of(static_cast<unsigned char>(text.front()));
  std::size_t count = 1;
  for (; count < lead.length && count < text.size(); ++count) {
    const auto byte = static_cast<unsigned char>(text[count]);
    if (byte < (count == 1 ? lead.low : 0x80) || byte > (count == 1 ? lead.high : 0xBF)) break;
  }
  valid = count == lead.length;
  return count;
}

}  // namespace

void append_utf8(std::string& text, std::uint32_t code_point) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code_point < 0x80) return add(code_point);
  if (code_point < 0x800) {
    add(0xC0 | code_point >> 6);
  } else if (code_point < 0x10000) {
    add(0xE0 | code_point >> 12);
    add(0x80 | (code_point >> 6 & 0x3F));
  } else {
    add(0xF0 | code_point >> 18);
    add(0x80 | (code_point >> 12 & 0x3F));
    add(0x80 | (code_point >> 6 & 0x3F));
  }
  add(0x80 | (code_point & 0x3F));
}

std::size_t utf8_length(std::string_view text) noexcept {
  bool valid = false;
  const std::size_t count = extent(text, valid);
  return valid ? count : 0;
}

std::string valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    bool valid = false;
    const std::size_t count = extent(text, valid);
    result += valid ? text.substr(0, count) : std::string_view("\xEF\xBF\xBD");
    text.remove_prefix(count);
  }
  return result;
}

std::optional<std::u32string> utf32_of(std::string_view text) {
  std::u32string characters;
  characters.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return std::nullopt;
    constexpr std::array<unsigned char, 4> kFirstBits{0x7F, 0x1F, 0x0F, 0x07};
    char32_t character = static_cast<unsigned char>(text.front()) & kFirstBits[length - 1];
    for (const char byte : text.substr(1, length - 1))
      character = character << 6U | (static_cast<unsigned char>(byte) & 0x3FU);
    characters += character;
    text.remove_prefix(length);
  }
  return characters;
}

}  // namespace voicestand
