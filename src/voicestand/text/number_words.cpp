#include "voicestand/text/number_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <optional>

#include "voicestand/text/words.h"

namespace voicestand::text {
namespace {

using Kind = NumberWord::Kind;
using Form = SpokenNumber::Form;

struct Family {
  const char* words;
  Kind kind;
  bool ordinal;
  std::uint8_t first;  // value of the first word
  std::uint8_t step;   // from one to the next
};
constexpr std::array kFamilies{
    Family{"zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
           "seventeen eighteen nineteen",
           Kind::kOnes, false, 0, 1},
    Family{"first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
           "fifteenth sixteenth seventeenth eighteenth nineteenth",
           Kind::kOnes, true, 1, 1},
    Family{"twenty thirty forty fifty sixty seventy eighty ninety", Kind::kTens, false, 20, 10},
    Family{"twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth", Kind::kTens, true, 20, 10},
    Family{"twenties thirties forties fifties sixties seventies eighties nineties", Kind::kDecade, false, 20, 10},
    Family{"hundred thousand million billion trillion", Kind::kMultiplier, false, 0, 1},
    Family{"hundredth thousandth millionth billionth trillionth", Kind::kMultiplier, true, 0, 1},
    Family{"oh o", Kind::kOh, false, 0, 0},
    Family{"a", Kind::kArticle, false, 1, 0},
    Family{"and", Kind::kAnd, false, 0, 0},
    Family{"point", Kind::kPoint, false, 0, 0},
};
constexpr std::array<std::uint64_t, 5> kMultipliers{100, 1'000, 1'000'000, 1'000'000'000, 1'000'000'000'000};
constexpr std::uint64_t kMillion = 1'000'000;
constexpr std::size_t kMostDigits = 19;  // in 64 bits

char lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool is_letter(char byte) noexcept {
  return lower(byte) >= 'a' && lower(byte) <= 'z';
}

bool is_multiplier(const NumberWord& word) noexcept {
  return word.kind == Kind::kMultiplier;
}
bool is_hundred(const NumberWord& word) noexcept {
  return is_multiplier(word) && word.value == 100;
}
bool is_scale(const NumberWord& word) noexcept {
  return is_multiplier(word) && word.value > 100;
}
bool is_count(const NumberWord& word) noexcept {
  return word.kind == Kind::kOnes || word.kind == Kind::kTens;
}
bool is_digit(const NumberWord& word) noexcept {
  return !word.ordinal && (word.kind == Kind::kOh || (word.kind == Kind::kOnes && word.value < 10));
}

void classify(NumberWord& word) noexcept {
  for (const Family& family : kFamilies) {
    const int place = place_in(family.words, word.bytes);
    if (place < 0) continue;
    word.kind = family.kind;
    word.ordinal = family.ordinal;
    const auto at = static_cast<std::size_t>(place);
    word.value = is_multiplier(word) ? kMultipliers.at(at) : family.first + at * family.step;
    return;
  }
}

// Bytes of the mark that a stretch begins or ends with, of those that may stand around a word.
std::size_t mark_at_front(std::string_view stretch) noexcept {
  if (stretch.starts_with("\xE2\x80")) return std::min<std::size_t>(stretch.size(), 3);
  return std::string_view("\"([{-").find(stretch.front()) == std::string_view::npos ? 0 : 1;
}
std::size_t mark_at_back(std::string_view stretch) noexcept {
  if (stretch.size() >= 3 && stretch.substr(stretch.size() - 3).starts_with("\xE2\x80")) return 3;
  return std::string_view(".,;:!?\")]}-").find(stretch.back()) == std::string_view::npos ? 0 : 1;
}

std::string_view without_marks(std::string_view stretch) noexcept {
  while (!stretch.empty() && mark_at_front(stretch) > 0) stretch.remove_prefix(mark_at_front(stretch));
  while (!stretch.empty() && mark_at_back(stretch) > 0) stretch.remove_suffix(mark_at_back(stretch));
  return stretch;
}

bool joins(std::string_view gap) noexcept {
  return gap == "-" || gap.find_first_not_of(" \t") == std::string_view::npos;
}

// Whether the "and" at this place is inside a number: "hundred and five", but "hundred and five hundred".
bool and_is_inside(std::span<const NumberWord> words, std::size_t at) noexcept {
  std::size_t after = at + 1;
  while (after < words.size() && words[after].joined && is_count(words[after])) ++after;
  if (after == at + 1) return false;
  if (after == words.size() || !words[after].joined) return true;
  return !is_hundred(words[after]) && !(is_scale(words[after]) && is_scale(words[at - 1]));
}

// Whether the words go on as a number from the one at `at`, which a number lies before.
bool goes_on(std::span<const NumberWord> words, std::size_t at) noexcept {
  const NumberWord& word = words[at];
  if (!word.joined) return false;
  switch (word.kind) {
    case Kind::kNone:
    case Kind::kArticle:
      return false;
    case Kind::kAnd:
      return is_multiplier(words[at - 1]) && and_is_inside(words, at);
    case Kind::kPoint:
      return (is_count(words[at - 1]) || is_multiplier(words[at - 1])) && at + 1 < words.size() &&
             words[at + 1].joined && is_digit(words[at + 1]);
    default:
      return true;
  }
}

std::optional<std::uint64_t> cardinal(std::span<const NumberWord> run) noexcept {
  std::uint64_t total = 0;
  std::uint64_t group = 0;    // what the next scale multiplies
  std::uint64_t room = 1000;  // what is added to the group is below
  std::uint64_t scale = std::numeric_limits<std::uint64_t>::max();
  for (const NumberWord& word : run) {
    switch (word.kind) {
      case Kind::kArticle:
      case Kind::kOnes:
      case Kind::kTens:
        if (word.value >= room || (word.value == 0 && run.size() > 1)) return {};
        group += word.value;
        room = word.kind == Kind::kTens ? 10 : 1;
        break;
      case Kind::kMultiplier:
        if (group == 0 || word.value >= scale) return {};
        if (is_scale(word)) {
          total += group * word.value;
          group = 0;
          room = 1000;
          scale = word.value;
        } else {
          if (group == 10 || group > (total == 0 ? 19U : 9U)) return {};
          group *= 100;
          room = 100;
        }
        break;
      case Kind::kAnd:
        room = 100;
        break;
      default:
        return {};
    }
  }
  return total + group;
}

// The second of two numbers below a hundred that are said as one: "eighty four", "oh five".
std::optional<std::uint64_t> second_half(std::span<const NumberWord> words) noexcept {
  if (words.size() == 2 && is_digit(words[0]) && words[0].value == 0 && is_digit(words[1])) {
    return words[1].value > 0 ? std::optional(words[1].value) : std::nullopt;
  }
  const auto value = cardinal(words);
  return value && *value >= 10 && *value < 100 ? value : std::nullopt;
}

std::string with_commas(std::uint64_t value) {
  std::string digits = std::to_string(value);
  if (value < 10'000) return digits;
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

void append_digits(std::string& written, std::span<const NumberWord> words) {
  for (const NumberWord& word : words) written += static_cast<char>('0' + word.value % 10);
}

// Round millions keep their word, with the bytes before it.
std::string with_word(std::string digits, const NumberWord& before, const NumberWord& scale) {
  const char* const begin = before.bytes.data() + before.bytes.size();
  return digits.append(begin, scale.bytes.data() + scale.bytes.size());
}

SpokenNumber whole(std::uint64_t value, std::span<const NumberWord> run) {
  const NumberWord& last = run.back();
  if (last.ordinal) return {.form = Form::kOrdinal, .value = value, .written = with_commas(value)};
  SpokenNumber number{.form = Form::kCardinal, .value = value, .written = {}};
  const bool round = is_scale(last) && last.value >= kMillion && std::ranges::count_if(run, is_scale) == 1;
  number.written = round ? with_word(with_commas(value / last.value), run[run.size() - 2], last) : with_commas(value);
  return number;
}

SpokenNumber decimal(std::span<const NumberWord> run, std::size_t point) {
  std::span<const NumberWord> digits = run.subspan(point + 1);
  const bool scaled = is_scale(digits.back()) && !digits.back().ordinal;
  if (scaled) digits = digits.first(digits.size() - 1);
  const auto value = cardinal(run.first(point));
  if (!value || digits.size() > kMostDigits || !std::ranges::all_of(digits, is_digit)) return {};
  SpokenNumber number{.form = Form::kDecimal, .value = *value, .written = with_commas(*value) + '.'};
  append_digits(number.written, digits);
  if (scaled) number.written = with_word(std::move(number.written), digits.back(), run.back());
  return number;
}

}  // namespace

int place_in(std::string_view list, std::string_view word) noexcept {
  for (int place = 0;; ++place) {
    const std::size_t end = std::min(list.find(' '), list.size());
    const auto same = [](char mine, char theirs) { return mine == lower(theirs); };
    if (end == word.size() &&
        std::equal(word.begin(), word.end(), list.begin(), [&](char a, char b) { return same(b, a); }))
      return place;
    if (end == list.size()) return -1;
    list.remove_prefix(end + 1);
  }
}

std::vector<NumberWord> number_words(std::string_view text) {
  std::vector<NumberWord> words;
  std::size_t end = 0;  // of the word before
  for (const std::string_view stretch : split_words(text)) {
    std::string_view rest = without_marks(stretch);
    const bool letters = std::ranges::all_of(rest, [](char byte) { return is_letter(byte) || byte == '-'; });
    while (!rest.empty()) {
      const std::size_t size = letters ? std::min(rest.find('-'), rest.size()) : rest.size();
      if (size > 0) {
        const auto begin = static_cast<std::size_t>(rest.data() - text.data());
        NumberWord& word = words.emplace_back();
        word.bytes = rest.substr(0, size);
        word.joined = words.size() > 1 && joins(text.substr(end, begin - end));
        classify(word);
        end = begin + size;
      }
      rest.remove_prefix(std::min(size + 1, rest.size()));
    }
  }
  return words;
}

std::size_t number_end(std::span<const NumberWord> words, std::size_t at) noexcept {
  const NumberWord& first = words[at];
  switch (first.kind) {
    case Kind::kNone:
    case Kind::kAnd:
    case Kind::kPoint:
      return at;
    case Kind::kArticle:
      if (at + 1 == words.size() || !words[at + 1].joined || !is_multiplier(words[at + 1])) return at;
      break;
    default:
      break;
  }
  std::size_t end = at + 1;
  while (end < words.size() && !words[end - 1].ordinal && goes_on(words, end)) ++end;
  return end;
}

SpokenNumber spoken_number(std::span<const NumberWord> run) {
  if (const auto value = cardinal(run)) return whole(*value, run);
  const auto point = std::ranges::find(run, Kind::kPoint, &NumberWord::kind);
  if (point != run.end()) return decimal(run, static_cast<std::size_t>(point - run.begin()));
  if (std::ranges::all_of(run, is_digit)) {
    // A nought that is said "oh" begins telephone numbers, but also sighs.
    if (run.size() < (run.front().kind == Kind::kOh ? 5U : 3U) || run.size() > kMostDigits) return {};
    SpokenNumber number{.form = Form::kDigits, .value = 0, .written = {}};
    append_digits(number.written, run);
    return number;
  }
  const std::uint64_t century = run.front().value;
  if (run.size() < 2 || !is_count(run.front()) || century < 10 || century > 20 || run.back().ordinal) return {};
  const bool decade = run.size() == 2 && run.back().kind == Kind::kDecade;
  const auto year = decade ? std::optional(run.back().value) : second_half(run.subspan(1));
  // "Ten thirty" is a time of the day.
  if (!year || (century < 13 && *year < 60)) return {};
  const std::uint64_t value = century * 100 + *year;
  return {.form = decade ? Form::kDecade : Form::kYear, .value = value, .written = std::to_string(value)};
}

std::string clock_time(std::span<const NumberWord> run) {
  const NumberWord& hour = run.front();
  if (hour.kind != Kind::kOnes || hour.ordinal || hour.value == 0 || hour.value > 12) return {};
  std::string written = std::to_string(hour.value);
  if (run.size() == 1) return written;
  const auto minutes = run.back().ordinal ? std::nullopt : second_half(run.subspan(1));
  if (!minutes || *minutes > 59) return {};
  written += *minutes < 10 ? ":0" : ":";
  return written += std::to_string(*minutes);
}

}  // namespace voicestand::text
