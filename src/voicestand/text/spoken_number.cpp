#include "voicestand/text/spoken_number.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace voicestand::text {
namespace {

using Kind = NumberWord::Kind;
using Form = SpokenNumber::Form;

constexpr std::uint64_t kMillion = 1'000'000;
constexpr std::size_t kMostDigits = 19;  // in 64 bits

bool is_multiplier(const NumberWord& word) noexcept {
  return word.kind == Kind::kMultiplier;
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

// Whether the "and" at this place is inside a number: "hundred and five", but "hundred and five hundred".
bool and_is_inside(std::span<const NumberWord> words, std::size_t at) noexcept {
  std::size_t after = at + 1;
  while (after < words.size() && words[after].joined && is_count(words[after])) ++after;
  if (after == at + 1) return false;
  if (after == words.size() || !words[after].joined || !is_multiplier(words[after])) return true;
  return is_scale(words[after]) && !is_scale(words[at - 1]);
}

// Whether the words go on as a number from the one at `at`, which a number lies before.
bool goes_on(std::span<const NumberWord> words, std::size_t at) noexcept {
  const NumberWord& word = words[at];
  const NumberWord& before = words[at - 1];
  if (!word.joined) return false;
  switch (word.kind) {
    case Kind::kNone:
    case Kind::kArticle:
      return false;
    case Kind::kAnd:
      return is_multiplier(before) && and_is_inside(words, at);
    case Kind::kPoint:
      return (is_count(before) || is_multiplier(before)) && at + 1 < words.size() && words[at + 1].joined &&
             is_digit(words[at + 1]);
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
          if (group > (total == 0 ? 99U : 9U) || (group >= 10 && group % 10 == 0)) return {};  // "Ninety nine hundred"
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
  return value && *value >= 10 && *value < 100 && !words.back().ordinal ? value : std::nullopt;
}

void add_digits(Figures& figures, std::span<const NumberWord> words) noexcept {
  for (const NumberWord& word : words) figures.add(word.value);
}

SpokenNumber whole(std::uint64_t value, std::span<const NumberWord> run) noexcept {
  const NumberWord& last = run.back();
  SpokenNumber number{.form = last.ordinal ? Form::kOrdinal : Form::kCardinal, .value = value};
  // Round millions keep their word.
  number.keeps_word =
      !last.ordinal && is_scale(last) && last.value >= kMillion && std::ranges::count_if(run, is_scale) == 1;
  number.figures.add_with_commas(number.keeps_word ? value / last.value : value);
  return number;
}

SpokenNumber decimal(std::span<const NumberWord> run, std::size_t point) noexcept {
  std::span<const NumberWord> digits = run.subspan(point + 1);
  const bool scaled = is_scale(digits.back()) && !digits.back().ordinal;
  if (scaled) digits = digits.first(digits.size() - 1);
  const auto value = cardinal(run.first(point));
  if (!value || digits.size() > kMostDigits || !std::ranges::all_of(digits, is_digit)) return {};
  SpokenNumber number{.form = Form::kDecimal, .keeps_word = scaled, .value = *value};
  number.figures.add_with_commas(*value);
  number.figures.add('.');
  add_digits(number.figures, digits);
  return number;
}

SpokenNumber digits(std::span<const NumberWord> run) noexcept {
  // A nought that is said "oh" begins telephone numbers, but also sighs.
  if (run.size() < (run.front().kind == Kind::kOh ? 5U : 3U) || run.size() > kMostDigits) return {};
  if (std::ranges::none_of(run, is_count)) return {};
  SpokenNumber number{.form = Form::kDigits};
  add_digits(number.figures, run);
  return number;
}

SpokenNumber year(std::span<const NumberWord> run) noexcept {
  const std::uint64_t century = run.front().value;
  if (run.size() < 2 || !is_count(run.front()) || century < 10 || century > 20) return {};
  const bool decade = run.size() == 2 && run.back().kind == Kind::kDecade;
  const auto rest = decade ? std::optional(run.back().value) : second_half(run.subspan(1));
  // "Ten thirty" is a time of the day.
  if (!rest || (century < 13 && *rest < 60)) return {};
  SpokenNumber number{.form = decade ? Form::kDecade : Form::kYear, .value = century * 100 + *rest};
  number.figures.add(number.value);
  return number;
}

}  // namespace

void Figures::add(std::uint64_t value, unsigned place, bool commas) noexcept {
  if (value >= 10) add(value / 10, place + 1, commas);
  add(static_cast<char>('0' + value % 10));
  if (commas && place > 0 && place % 3 == 0) add(',');
}

std::size_t number_end(std::span<const NumberWord> words, std::size_t at) noexcept {
  switch (words[at].kind) {
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

SpokenNumber spoken_number(std::span<const NumberWord> run) noexcept {
  if (const auto value = cardinal(run)) return whole(*value, run);
  const auto point = std::ranges::find(run, Kind::kPoint, &NumberWord::kind);
  if (point != run.end()) return decimal(run, static_cast<std::size_t>(point - run.begin()));
  return std::ranges::all_of(run, is_digit) ? digits(run) : year(run);
}

Figures clock_time(std::span<const NumberWord> run) noexcept {
  Figures figures;
  const NumberWord& hour = run.front();
  if (hour.kind != Kind::kOnes || hour.ordinal || hour.value == 0 || hour.value > 12) return figures;
  const bool full = run.size() == 1;
  const std::uint64_t minutes = full ? 0 : second_half(run.subspan(1)).value_or(60);
  if (minutes > 59) return figures;
  figures.add(hour.value);
  if (full) return figures;
  figures.add(':');
  if (minutes < 10) figures.add('0');
  figures.add(minutes);
  return figures;
}

}  // namespace voicestand::text
