#include "voicestand/text/numerals.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "voicestand/text/number_words.h"
#include "voicestand/text/words.h"

namespace voicestand::text {
namespace {

using Kind = NumberWord::Kind;
using Form = SpokenNumber::Form;

constexpr const char* kMonths = "january february march april may june july august september october november december";
constexpr const char* kCurrencies = "dollar dollars euro euros pound pounds";
constexpr std::array<std::string_view, 3> kSigns{"$", "€", "£"};

// Phrases with numbers that are not counted.
constexpr std::array<std::string_view, 10> kIdioms{
    "forty winks",           "eleventh hour",    "twenty twenty vision", "hindsight is twenty twenty",
    "nineteen to the dozen", "sweet sixteen",    "catch twenty two",     "a thousand and one",
    "at one point",          "ten commandments",
};

bool is(std::string_view word, std::string_view list) noexcept {
  return place_in(list, word) >= 0;
}

bool is_upper(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z';
}

// "Eleven", but not "ELEVEN" or "I".
bool capitalised(std::string_view word) noexcept {
  return word.size() > 1 && is_upper(word[0]) && !is_upper(word[1]);
}

bool is_numeral(char letter) noexcept {
  return letter >= '0' && letter <= '9';
}

// Whether it is a unit of measure, which is counted in digits from two on: "kilometres", "milliseconds".
bool measures(std::string_view word) noexcept {
  if (is(word, "second seconds")) return false;
  for (const std::string_view prefix : {"kilo", "centi", "milli", "micro", "nano", "mega", "giga", "tera"}) {
    if (word.size() <= prefix.size() || !is(word.substr(0, prefix.size()), prefix)) continue;
    word.remove_prefix(prefix.size());
    break;
  }
  if (word.ends_with('s')) word.remove_suffix(1);
  return is(word, "metre meter gram litre liter byte hertz watt volt second");
}

// Whether it looks like many of something, which pairs of numbers before it may count: "fifteen twenty minutes".
bool is_plural(std::string_view word) noexcept {
  return (word.ends_with('s') && !is(word, "is was has this his its as us")) ||
         is(word, "people men women children percent");
}

std::string ordinal_ending(std::uint64_t value) {
  constexpr std::array<std::string_view, 4> kEndings{"th", "st", "nd", "rd"};
  const std::uint64_t ones = value % 10;
  return std::string(kEndings.at(ones > 3 || value % 100 / 10 == 1 ? 0 : ones));
}

struct Run {
  std::size_t begin = 0;  // words
  std::size_t end = 0;
  SpokenNumber number{};
};

bool is_small(const Run& run) noexcept {
  return run.end - run.begin == 1 && run.number.form == Form::kCardinal && run.number.value < 10;
}

class Page {
 public:
  explicit Page(std::string_view text) : text_(text), words_(number_words(text)) {}

  std::string written() {
    for (std::size_t at = 0; at < words_.size();) {
      if (number_end(words_, at) == at) {
        ++at;
        continue;
      }
      const std::vector<Run> chain = chain_from(at);
      at = chain.size() > 1 ? write_chain(chain) : write_one(chain.front());
    }
    return std::move(written_.append(text_.substr(copied_)));
  }

 private:
  // The word at this place where it is joined to the one before, else none. So places past the end have no word.
  [[nodiscard]] std::string_view joined(std::size_t at) const noexcept {
    return at < words_.size() && words_[at].joined ? words_[at].bytes : std::string_view();
  }
  // The word before this place, where the two are joined, else none.
  [[nodiscard]] std::string_view before(std::size_t at) const noexcept {
    return joined(at).empty() || at == 0 ? std::string_view() : words_[at - 1].bytes;
  }

  [[nodiscard]] std::size_t begin_of(std::size_t word) const noexcept {
    return static_cast<std::size_t>(words_[word].bytes.data() - text_.data());
  }
  [[nodiscard]] std::size_t end_of(std::size_t word) const noexcept {
    return begin_of(word) + words_[word].bytes.size();
  }

  [[nodiscard]] bool begins_sentence(std::size_t word) const noexcept {
    if (word == 0) return true;
    const std::size_t end = end_of(word - 1);
    return text_.substr(end, begin_of(word) - end).find_first_not_of(" \t,;-") != std::string_view::npos;
  }

  // Whether a phrase ends before this place, as far as one can tell.
  [[nodiscard]] bool phrase_ends(std::size_t at) const noexcept {
    const std::string_view next = joined(at);
    return next.empty() || words_[at].kind != Kind::kNone || is_numeral(next.front()) ||
           is(next,
              "at in on is was and or to until till by from for with as when the we i he she they this today "
              "tomorrow tonight sharp");
  }

  [[nodiscard]] std::span<const NumberWord> words_of(const Run& run) const noexcept {
    return std::span(words_).subspan(run.begin, run.end - run.begin);
  }

  [[nodiscard]] Run read(std::size_t at) const {
    Run run{.begin = at, .end = at < words_.size() ? number_end(words_, at) : at, .number = {}};
    if (run.end > at) run.number = spoken_number(words_of(run));
    return run;
  }

  // Numbers that words like "or" link, as far as both are to look alike.
  [[nodiscard]] std::vector<Run> chain_from(std::size_t at) const {
    std::vector<Run> chain{read(at)};
    for (;;) {
      const Run& last = chain.back();
      const std::string_view link = joined(last.end);
      const bool out_of = is(link, "out") && is(joined(last.end + 1), "of");
      if (!out_of && !is(link, "or to and in by past plus minus times")) break;
      const std::size_t next = last.end + (out_of ? 2 : 1);
      if (joined(next).empty() || words_[last.end - 1].ordinal) break;
      Run run = read(next);
      if (run.end == next || words_[run.end - 1].ordinal) break;
      if (is_small(run) && !is_small(last) && is(link, "or and in")) break;
      chain.push_back(std::move(run));
    }
    return chain;
  }

  void replace(std::size_t first, std::size_t end, std::string_view digits) {
    written_.append(text_.substr(copied_, begin_of(first) - copied_)).append(digits);
    copied_ = end_of(end - 1);
  }

  // Whether a phrase of words stands at this place.
  [[nodiscard]] bool stands(std::string_view phrase, std::size_t at) const {
    const auto spoken = split_words(phrase);
    return at + spoken.size() <= words_.size() &&
           std::equal(spoken.begin(), spoken.end(), words_.begin() + static_cast<std::ptrdiff_t>(at),
                      [](std::string_view word, const NumberWord& said) { return is(said.bytes, word); });
  }

  [[nodiscard]] bool in_idiom(const Run& run) const {
    for (const std::string_view idiom : kIdioms) {
      for (std::size_t at = run.begin - std::min<std::size_t>(run.begin, 2); at < run.end; ++at) {
        if (stands(idiom, at)) return true;
      }
    }
    return false;
  }

  // Whether what is after it makes it a part of something else: "twenty odd", "ten and a half", "two fifths".
  [[nodiscard]] bool goes_on_otherwise(const Run& run) const {
    std::string_view next = joined(run.end);
    if (next.empty()) return false;
    if (is_numeral(next.front()) || is(next, "odd something double triple half")) return true;
    if (is(next, "and")) {
      const std::string_view part = joined(run.end + 2);
      return !joined(run.end + 1).empty() && is(part, "half quarter quarters third thirds eighth eighths");
    }
    if (!next.ends_with('s') || is(next, "seconds")) return false;
    next.remove_suffix(next.ends_with("'s") ? 2 : 1);
    const auto single = number_words(next);
    return !single.empty() && single.front().kind != Kind::kNone;
  }

  [[nodiscard]] bool is_name(const Run& run) const noexcept {
    const bool first = begins_sentence(run.begin);
    if (first && capitalised(words_[run.begin].bytes) && capitalised(joined(run.end))) return true;
    return std::ranges::any_of(words_of(run).subspan(first ? 1 : 0),
                               [](const NumberWord& word) { return capitalised(word.bytes); });
  }

  [[nodiscard]] bool stays(const Run& run) const {
    const std::string_view previous = before(run.begin);
    if (!previous.empty() && (is_numeral(previous.back()) || is(previous, "double triple point past half")))
      return true;
    return is_name(run) || goes_on_otherwise(run) || in_idiom(run);
  }

  // A hundred, a million: as a rule no count.
  [[nodiscard]] bool is_vague(const Run& run) const noexcept {
    return words_[run.begin].kind == Kind::kArticle && run.end - run.begin == 2;
  }

  [[nodiscard]] bool chain_stays(std::span<const Run> chain) const {
    if (std::ranges::all_of(chain, is_small)) return true;
    for (std::size_t i = 0; i < chain.size(); ++i) {
      const Run& run = chain[i];
      if (run.number.form == Form::kNone || run.number.form == Form::kDecade || is_vague(run) || stays(run))
        return true;
      if (i == 0) continue;
      const Run& last = chain[i - 1];
      const std::string_view link = joined(last.end);
      // "Four and twenty", "one in ten", "the one to twenty others".
      if (is_small(last) && (is(link, "and in") || last.number.value < 2)) return true;
      if (is(link, "past") || (is(link, "to") && run.number.value <= 12)) return true;
      // "Two or three hundred" are two hundred at least.
      const std::uint64_t times = words_[run.end - 1].kind == Kind::kMultiplier ? words_[run.end - 1].value : 0;
      const bool alike = words_[last.end - 1].kind == Kind::kMultiplier;
      if (!alike && times >= (is_small(last) ? 100 : 1000)) return true;
    }
    return false;
  }

  std::size_t write_chain(std::span<const Run> chain) {
    const std::size_t end = chain.back().end;
    const HalfDay half = half_of_day(end);
    const bool clock = half.there && std::ranges::none_of(chain, [&](const Run& run) {
                         return clock_time(words_of(run)).empty() || stays(run);
                       });
    if (!clock && chain_stays(chain)) return end;
    for (const Run& run : chain) {
      replace(run.begin, run.end, clock ? clock_time(words_of(run)) : run.number.written);
    }
    if (clock && half.words > 0) replace(end, end + half.words, half.written);
    return end + half.words;
  }

  // What follows an hour: "PM", "o'clock".
  struct HalfDay {
    bool there = false;
    bool oclock = false;
    std::size_t words = 0;  // that `written` stands for
    std::string_view written{};
  };
  [[nodiscard]] HalfDay half_of_day(std::size_t at) const noexcept {
    const std::string_view next = joined(at);
    if (is(next, "a.m p.m")) return {.there = true};
    if (is(next, "o'clock o’clock")) return {.there = true, .oclock = true};
    std::size_t words = is(next, "am pm") ? 1 : 0;
    if (is(next, "a p") && is(joined(at + 1), "m")) words = 2;
    if (words == 0 || is(joined(at + words), "i")) return {};
    return {.there = true, .oclock = false, .words = words, .written = is(next.substr(0, 1), "a") ? "AM" : "PM"};
  }

  // "Nine times out of ten", "quarter to ten".
  [[nodiscard]] bool ends_saying(const Run& run) const noexcept {
    const std::string_view previous = before(run.begin);
    const std::string_view first = before(run.begin - 1);
    return (is(previous, "of") && is(first, "out")) || (is(previous, "to") && is(first, "quarter"));
  }

  std::size_t write_one(const Run& run) {
    if (stays(run) || ends_saying(run)) return run.end;
    const std::string time = clock_time(words_of(run));
    if (!time.empty()) {
      const HalfDay half = half_of_day(run.end);
      const bool minutes = run.end - run.begin > 1;
      const bool by_clock = minutes && is(before(run.begin), "at until till by before after around");
      if (half.there ? !(half.oclock && minutes) : by_clock && phrase_ends(run.end)) {
        replace(run.begin, run.end, time);
        if (half.words > 0) replace(run.end, run.end + half.words, half.written);
        return run.end + half.words;
      }
    }
    switch (run.number.form) {
      case Form::kNone:
        return run.end;
      case Form::kOrdinal:
        return write_ordinal(run);
      case Form::kDecade:
        replace(run.begin, run.end, run.number.written + 's');
        return run.end;
      case Form::kYear:
        if (!is(before(run.begin), "at") && !is_plural(joined(run.end)))
          replace(run.begin, run.end, run.number.written);
        return run.end;
      default:
        return write_amount(run);
    }
  }

  // `surely`: a small letter or the sentence's beginning may make a verb of "may" and "march".
  [[nodiscard]] bool is_month(std::size_t at, bool surely, bool may_begin = false) const noexcept {
    const std::string_view word = words_[at].bytes;
    if (!is(word, kMonths)) return false;
    return !surely || !is(word, "march may") || (is_upper(word[0]) && (may_begin || !begins_sentence(at)));
  }

  std::size_t write_ordinal(const Run& run) {
    const std::uint64_t value = run.number.value;
    const std::string_view last = words_[run.end - 1].bytes;
    const bool single = run.end - run.begin == 1;
    const std::string_view previous = before(run.begin);
    const bool day = value <= 31 && !is(previous, "a an one");
    const bool closes = joined(run.end).empty();
    if (day && !previous.empty() && is_month(run.begin - 1, value < 10, closes) &&
        (value >= 10 || phrase_ends(run.end))) {
      replace(run.begin, run.end, run.number.written);
      return run.end;
    }
    const bool in_month = (is(joined(run.end), "of") && !joined(run.end + 1).empty() && is_month(run.end + 1, true)) ||
                          (is(previous, "the") && !before(run.begin - 1).empty() && phrase_ends(run.end) &&
                           is_month(run.begin - 2, true, true));
    const bool fraction = (single && is(previous, "a an one") && !is(joined(run.end), "century")) ||
                          (run.end - run.begin == 2 && words_[run.begin].value == 1);
    const bool counted = value >= 10 && value < 1'000'000 && !is(last, "second") && !fraction;
    const bool dated = day && in_month && !capitalised(words_[run.begin].bytes);
    if (counted || dated) replace(run.begin, run.end, run.number.written + ordinal_ending(value));
    return run.end;
  }

  // Whether a sign is meant by the "minus" before it, and not that it is taken from something.
  [[nodiscard]] bool is_negative(const Run& run) const noexcept {
    if (!is(before(run.begin), "minus")) return false;
    const std::string_view previous = before(run.begin - 1);
    return previous.empty() || is(previous, "is was be at to of from by than and between about around reached it's");
  }

  // Whether the sentence has spoken of money before.
  [[nodiscard]] bool about_money(std::size_t at) const noexcept {
    while (at > 0 && !begins_sentence(at)) {
      if (is(words_[--at].bytes,
             "pay pays paid paying cost costs price priced spend spent spends charge charged owe owes "
             "owed earn earns earned worth buy buys bought sell sells sold fee fine rent salary bill"))
        return true;
    }
    return false;
  }

  std::size_t write_amount(const Run& run) {
    const std::size_t end = run.end;
    const std::string_view next = joined(end);
    const std::size_t first = is_negative(run) ? run.begin - 1 : run.begin;
    std::string written = (first < run.begin ? "−" : "");
    const std::size_t percent = is(next, "percent") ? 1 : is(next, "per") && is(joined(end + 1), "cent") ? 2 : 0;
    if (percent > 0) {
      replace(first, end + percent, written + run.number.written + "%");
      return end + percent;
    }
    const int currency = place_in(kCurrencies, next);
    if (currency >= 0 && !is(before(run.begin), "half of such many")) {
      return write_money(run, first, written, static_cast<std::size_t>(currency) / 2);
    }
    const bool counted = is_small(run) ? first < run.begin || (run.number.value > 1 && measures(next)) : !is_vague(run);
    if (counted) replace(first, end, written + run.number.written);
    return end;
  }

  std::size_t write_money(const Run& run, std::size_t first, std::string written, std::size_t currency) {
    std::size_t end = run.end + 1;
    (written += kSigns.at(currency)) += run.number.written;
    const bool also = is(joined(end), "and");
    const std::size_t at = also ? end + 1 : end;
    const Run small = joined(at).empty() ? Run() : read(at);
    const bool in_cents = small.number.form == Form::kCardinal && is(joined(small.end), "cent cents pence");
    if (in_cents && small.number.value < 100 && run.number.form == Form::kCardinal && is_numeral(written.back())) {
      written += small.number.value < 10 ? ".0" : ".";
      written += small.number.written;
      end = small.end + 1;
    } else if (small.end > at && !also) {
      return small.end;  // "Five dollars fifty"
    }
    const std::string_view next = joined(end);
    if (is(next, "sign signs store stores") || (!next.empty() && is_numeral(next.front()))) return end;
    const bool weight = currency == 2 && !(in_cents || is(next, "sterling") || about_money(first));
    if (!weight && !(currency == 2 && is(next, "of heavier lighter"))) {
      replace(first, end, written);
    } else if (!is_small(run) && !is_vague(run)) {
      replace(run.begin, run.end, run.number.written);
    }
    return end;
  }

  std::string_view text_;
  std::vector<NumberWord> words_;
  std::string written_;
  std::size_t copied_ = 0;  // bytes of the text that are written
};

}  // namespace

std::string with_numerals(std::string_view text) {
  return Page(text).written();
}

}  // namespace voicestand::text
