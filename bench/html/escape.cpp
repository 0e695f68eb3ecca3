#include "bench/html/escape.h"

#include <algorithm>
#include <cstddef>

namespace voicestand::bench::html {
namespace {

// Bytes of the UTF-8 character that the text begins with; 0 where it is none.
std::size_t length_of(std::string_view text) noexcept {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  if (length > text.size()) return 0;
  const bool continued = std::ranges::all_of(text.substr(1, length > 0 ? length - 1 : 0), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
  });
  return continued ? length : 0;
}

std::string_view replacement(std::string_view character) noexcept {
  if (character.size() > 1) return character;
  switch (const char byte = character.front()) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F ? " " : character;
  }
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const std::size_t length = length_of(text);
    safe += length > 0 ? replacement(text.substr(0, length)) : "\xEF\xBF\xBD";
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return safe;
}

}  // namespace voicestand::bench::html
