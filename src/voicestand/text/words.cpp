#include "voicestand/text/words.h"

#include <algorithm>
#include <array>

#include "voicestand/base/ascii.h"

namespace voicestand::text {
namespace {

constexpr std::string_view kWhiteSpace = " \t\n\v\f\r";

constexpr bool begins_character(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

}  // namespace

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t begin = text.find_first_not_of(kWhiteSpace); begin != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kWhiteSpace, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(kWhiteSpace, end);
  }
  return words;
}

std::size_t count_characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::size_t bytes_of_characters(std::string_view text, std::size_t characters) noexcept {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (!begins_character(text[at])) continue;
    if (characters == 0) break;
    --characters;
  }
  return at;
}

std::string_view bare_word(std::string_view word) noexcept {
  static constexpr std::array<std::string_view, 15> kPunctuation = {".", ",", "!", "?", ";", ":",  "\"", "'",
                                                                    ")", "-", "…", "’", "”", "。", "，"};
  std::string_view rest = word;
  for (bool found = true; found && !rest.empty();) {
    found = false;
    for (const std::string_view mark : kPunctuation) {
      if (!rest.ends_with(mark)) continue;
      rest.remove_suffix(mark.size());
      found = true;
      break;
    }
  }
  return rest.empty() ? word : rest;
}

bool same_word(std::string_view left, std::string_view right) noexcept {
  const std::string_view a = bare_word(left);
  const std::string_view b = bare_word(right);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

}  // namespace voicestand::text
