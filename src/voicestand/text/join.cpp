#include "voicestand/text/join.h"

#include <cstddef>

#include "voicestand/text/words.h"

namespace voicestand::text {
namespace {

constexpr std::string_view kWhiteSpace = " \t\n\v\f\r";

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(kWhiteSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhiteSpace) - begin + 1);
}

// Three-byte UTF-8 from U+3000 (ideographic punctuation) to U+9FFF (ideographs), and the full-width forms U+FFxx.
bool writes_without_spaces(std::string_view character) noexcept {
  if (character.size() < 3) return false;
  const auto lead = static_cast<unsigned char>(character[0]);
  const auto second = static_cast<unsigned char>(character[1]);
  return (lead >= 0xE3U && lead <= 0xE9U) || (lead == 0xEFU && second >= 0xBCU);
}

std::string_view last_character(std::string_view text) noexcept {
  return text.substr(bytes_of_characters(text, count_characters(text) - 1));
}

}  // namespace

bool needs_space(std::string_view left, std::string_view right) noexcept {
  constexpr std::string_view kClosing = ".,!?;:)]}%";
  constexpr std::string_view kOpening = "([{";
  if (left.empty() || right.empty()) return false;
  if (kWhiteSpace.contains(left.back()) || kWhiteSpace.contains(right.front())) return false;
  if (kClosing.find(right.front()) != std::string_view::npos || right.starts_with("…")) return false;
  if (kOpening.find(left.back()) != std::string_view::npos) return false;
  return !(writes_without_spaces(last_character(left)) && writes_without_spaces(right));
}

std::string join_text(std::string_view left, std::string_view right) {
  left = trimmed(left);
  right = trimmed(right);
  std::string joined(left);
  if (needs_space(left, right)) joined += ' ';
  joined += right;
  return joined;
}

}  // namespace voicestand::text
