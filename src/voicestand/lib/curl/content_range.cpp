#include "voicestand/lib/curl/content_range.h"

#include <algorithm>
#include <charconv>

#include "voicestand/base/ascii.h"

namespace voicestand::curl {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// Takes `word`, in any case, off the front.
bool take(std::string_view& text, std::string_view word) noexcept {
  if (text.size() < word.size() || !std::ranges::equal(text.substr(0, word.size()), word, {}, ascii_lower, ascii_lower))
    return false;
  text.remove_prefix(word.size());
  return true;
}

void skip_blanks(std::string_view& text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
}

bool take_number(std::string_view& text, std::uint64_t& number) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

std::optional<ContentRange> parse_content_range(std::string_view line) noexcept {
  ContentRange range;
  std::uint64_t last = 0;
  if (!take(line, "content-range:")) return std::nullopt;
  skip_blanks(line);
  if (!take(line, "bytes")) return std::nullopt;
  skip_blanks(line);
  if (!take_number(line, range.first_byte) || !take(line, "-") || !take_number(line, last) || !take(line, "/")) {
    return std::nullopt;
  }
  std::uint64_t whole = 0;
  if (take_number(line, whole)) {
    range.whole_bytes = whole;
  } else if (!take(line, "*")) {
    return std::nullopt;
  }
  skip_blanks(line);
  if (!line.empty() || last < range.first_byte || (range.whole_bytes && last >= whole)) return std::nullopt;
  return range;
}

}  // namespace voicestand::curl
