#include "voicestand/text/numerals.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "voicestand/text/number_words.h"
#include "voicestand/text/spoken_number.h"
#include "voicestand/text/words.h"

namespace voicestand::text {
namespace {

using Kind = NumberWord::Kind;
using Form = SpokenNumber::Form;
using beside::Set;

// Phrases with numbers that are not counted.
constexpr std::string_view kIdioms =
    "forty winks|eleventh hour|twenty twenty vision|hindsight is twenty twenty|nineteen to the dozen|sweet sixteen|"
    "catch twenty two|a thousand and one|at one point|ten commandments|nine eleven|seven eleven";

std::string_view ordinal_ending(std::uint64_t value) noexcept {
  constexpr std::array<std::string_view, 4> kEndings{"th", "st", "nd", "rd"};
  const std::uint64_t ones = value % 10;
  return kEndings.at(ones > 3 || value % 100 / 10 == 1 ? 0 : ones);
}

// Words from `begin` to `end` that can only be a number together.
struct Run {
  std::size_t begin = 0;
  std::size_t end = 0;
  Form form = Form::kNone;
  std::uint64_t value = 0;
};

bool is_small(const Run& run) noexcept {
  return run.end - run.begin == 1 && run.form == Form::kCardinal && run.value < 10;
}

// What is after an hour and makes a time of it: "PM", "o'clock".
struct HalfDay {
  bool there = false;
  bool oclock = false;
  std::size_t words = 0;  // that `written` stands for
  std::string_view written{};
};

class Typist {
 public:
  explicit Typist(std::string_view text) : text_(text), words_(number_words(text)) {}

  std::string written() {
    for (std::size_t at = 0; at < words_.size();) {
      Run run = read(at);
      if (run.end == at) {
        ++at;
      } else {
        at = write_from(run);
      }
    }
    put(text_.substr(copied_));
    return std::move(written_);
  }

 private:
  // What the word at this place is where it is joined to the one before; 0 where it is not, or there is none.
  [[nodiscard]] Set next(std::size_t at) const noexcept {
    return at < words_.size() && words_[at].joined ? words_[at].roles : 0;
  }
  // The same of the word before the one at this place.
  [[nodiscard]] Set before(std::size_t at) const noexcept { return at > 0 && next(at) != 0 ? words_[at - 1].roles : 0; }
  [[nodiscard]] bool next_is_and(std::size_t at) const noexcept {
    return next(at) != 0 && words_[at].kind == Kind::kAnd;
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
    const Set roles = next(at);
    return roles == 0 || words_[at].kind != Kind::kNone || (roles & (beside::kPhraseEnd | beside::kNumeralFirst)) != 0;
  }

  [[nodiscard]] std::span<const NumberWord> words_of(const Run& run) const noexcept {
    return std::span(words_).subspan(run.begin, run.end - run.begin);
  }
  [[nodiscard]] const NumberWord& last_of(const Run& run) const noexcept { return words_[run.end - 1]; }

  // Empty at the text's end and where no number begins.
  [[nodiscard]] Run read(std::size_t at) const noexcept {
    Run run{.begin = at, .end = at < words_.size() ? number_end(words_, at) : at};
    if (run.end == at) return run;
    const SpokenNumber number = spoken_number(words_of(run));
    run.form = number.form;
    run.value = number.value;
    return run;
  }

  // Writes what is before a word, which is to be replaced with what is put then.
  void replace_from(std::size_t word) { put(text_.substr(copied_, begin_of(word) - copied_)); }
  // Ends it before the word at `end`.
  void replaced_to(std::size_t end) { copied_ = end_of(end - 1); }
  void put(std::string_view bytes) { written_ += bytes; }

  void put_figures(const Run& run) {
    const SpokenNumber number = spoken_number(words_of(run));
    put(number.figures.view());
    if (number.keeps_word) put(text_.substr(end_of(run.end - 2), end_of(run.end - 1) - end_of(run.end - 2)));
    replaced_to(run.end);
  }

  void replace(const Run& run, std::string_view ending = {}) {
    replace_from(run.begin);
    put_figures(run);
    put(ending);
  }

  // Whether a phrase of words stands at this place.
  [[nodiscard]] bool stands(std::string_view phrase, std::size_t at) const noexcept {
    for (; !phrase.empty(); ++at) {
      if (at == words_.size() || !says(words_[at].bytes, take(phrase, ' '))) return false;
    }
    return true;
  }

  [[nodiscard]] bool in_idiom(const Run& run) const noexcept {
    for (std::string_view idioms = kIdioms; !idioms.empty();) {
      const std::string_view idiom = take(idioms, '|');
      for (std::size_t at = run.begin < 2 ? 0 : run.begin - 2; at < run.end; ++at) {
        if (stands(idiom, at)) return true;
      }
    }
    return false;
  }

  [[nodiscard]] bool is_name(const Run& run) const noexcept {
    const bool first = begins_sentence(run.begin);
    const Set both = words_[run.begin].roles & next(run.end);
    if (first && (both & beside::kCapitalised) != 0) return true;
    return std::ranges::any_of(words_of(run).subspan(first ? 1 : 0),
                               [](const NumberWord& word) { return (word.roles & beside::kCapitalised) != 0; });
  }

  // Whether it is a part of something else: "double five", "twenty odd", "ten and a half", "two fifths", a name.
  [[nodiscard]] bool stays(const Run& run) const noexcept {
    if ((before(run.begin) & (beside::kTiesBefore | beside::kNumeralLast)) != 0) return true;
    if ((next(run.end) & (beside::kTiesAfter | beside::kNumeralFirst | beside::kManyOfNumber)) != 0) return true;
    const Kind part = next(run.end + 1) == 0 ? Kind::kNone : words_[run.end + 1].kind;
    const bool fraction = next_is_and(run.end) && (part == Kind::kOnes || part == Kind::kArticle) &&
                          (next(run.end + 2) & beside::kFraction) != 0;
    return fraction || is_name(run) || in_idiom(run);
  }

  // A hundred, a million: as a rule no count.
  [[nodiscard]] bool is_vague(const Run& run) const noexcept {
    return words_[run.begin].kind == Kind::kArticle && run.end - run.begin == 2;
  }

  // "Nine times out of ten", "quarter to ten", "half past ten", but "the past ten years".
  [[nodiscard]] bool ends_saying(const Run& run) const noexcept {
    const Set one = before(run.begin);
    const Set two = one == 0 ? 0 : before(run.begin - 1);
    return ((one & beside::kOf) != 0 && (two & beside::kOut) != 0) ||
           ((one & beside::kTo) != 0 && (two & beside::kQuarter) != 0) ||
           ((one & beside::kPast) != 0 && (two & beside::kThe) == 0);
  }

  // The number that a word like "or" links to one, as far as both are to look alike; else an empty run.
  [[nodiscard]] Run linked_to(const Run& run) const noexcept {
    constexpr Set kLinks = beside::kOr | beside::kTo | beside::kIn | beside::kPast | beside::kArithmetic;
    const Set link = next(run.end);
    const bool out_of = (link & beside::kOut) != 0 && (next(run.end + 1) & beside::kOf) != 0;
    const bool adds = next_is_and(run.end);
    const std::size_t at = run.end + (out_of ? 2 : 1);
    if (!(out_of || adds || (link & kLinks) != 0) || next(at) == 0 || last_of(run).ordinal) return {};
    const Run other = read(at);
    if (other.end == at || last_of(other).ordinal) return {};
    const bool loose = adds || (link & (beside::kOr | beside::kIn)) != 0;
    return loose && is_small(other) && !is_small(run) ? Run{} : other;
  }

  std::size_t write_from(Run run) {
    std::vector<Run> chain;
    for (; run.end > run.begin; run = linked_to(chain.back())) chain.push_back(run);
    return chain.size() == 1 ? write_one(chain.front()) : write_chain(chain);
  }

  [[nodiscard]] bool pair_stays(const Run& left, const Run& right) const noexcept {
    const Set link = next(left.end);
    // "Four and twenty", "one in ten", "the one to twenty others".
    if (is_small(left) && (next_is_and(left.end) || (link & beside::kIn) != 0 || left.value < 2)) return true;
    // "Ten to three".
    if ((link & beside::kPast) != 0 || ((link & beside::kTo) != 0 && right.value <= 12)) return true;
    // "Two or three hundred" are two hundred at least.
    return last_of(right).kind == Kind::kMultiplier && last_of(left).kind != Kind::kMultiplier &&
           last_of(right).value >= (is_small(left) ? 100U : 1000U);
  }

  [[nodiscard]] bool chain_stays(std::span<const Run> chain) const noexcept {
    if (std::ranges::all_of(chain, is_small)) return true;
    for (std::size_t i = 0; i < chain.size(); ++i) {
      const Form form = chain[i].form;
      if (form == Form::kNone || form == Form::kDecade || is_vague(chain[i]) || stays(chain[i])) return true;
      if (i > 0 && pair_stays(chain[i - 1], chain[i])) return true;
    }
    return false;
  }

  // Returns the word to go on from, as all that write do.
  std::size_t write_chain(std::span<const Run> chain) {
    const std::size_t end = chain.back().end;
    const HalfDay half = half_of_day(end);
    const auto is_hour = [&](const Run& run) { return !clock_time(words_of(run)).view().empty() && !stays(run); };
    const Run& first = chain.front();
    // "Ten to three PM" is one time, and "from ten to three PM" are two.
    const bool apart = (next(first.end) & beside::kTo) == 0 || (before(first.begin) & beside::kFrom) != 0;
    if (half.there && apart && std::ranges::all_of(chain, is_hour)) {
      for (const Run& run : chain) write_time(run, clock_time(words_of(run)), {});
      write_half(end, half);
    } else if (!chain_stays(chain)) {
      for (const Run& run : chain) replace(run);
    }
    return end;
  }

  [[nodiscard]] HalfDay half_of_day(std::size_t at) const noexcept {
    const Set roles = next(at);
    if ((roles & beside::kDottedHalf) != 0) return {.there = true};
    if ((roles & beside::kOclock) != 0) return {.there = true, .oclock = true};
    std::size_t words = (roles & (beside::kAm | beside::kPm)) != 0 ? 1 : 0;
    if ((roles & (beside::kA | beside::kP)) != 0 && (next(at + 1) & beside::kM) != 0) words = 2;
    if (words == 0 || (next(at + words) & beside::kI) != 0) return {};
    const bool morning = (roles & (beside::kAm | beside::kA)) != 0;
    return {.there = true, .oclock = false, .words = words, .written = morning ? "AM" : "PM"};
  }

  void write_half(std::size_t at, const HalfDay& half) {
    if (half.words == 0) return;
    replace_from(at);
    put(half.written);
    replaced_to(at + half.words);
  }

  void write_time(const Run& run, const Figures& time, const HalfDay& half) {
    replace_from(run.begin);
    put(time.view());
    replaced_to(run.end);
    write_half(run.end, half);
  }

  std::size_t write_one(const Run& run) {
    if (stays(run) || ends_saying(run)) return run.end;
    const Figures time = clock_time(words_of(run));
    if (!time.view().empty()) {
      const HalfDay half = half_of_day(run.end);
      const bool minutes = run.end - run.begin > 1;
      const bool after_at =
          minutes && (before(run.begin) & beside::kBeforeTime) != 0 && phrase_ends(run.end) && !about_money(run.begin);
      if (half.there ? !(half.oclock && minutes) : after_at) {
        write_time(run, time, half);
        return run.end + half.words;
      }
    }
    switch (run.form) {
      case Form::kNone:
        break;
      case Form::kOrdinal:
        write_ordinal(run);
        break;
      case Form::kDecade:
        replace(run, "s");
        break;
      case Form::kYear:
        // "Fifteen twenty minutes", "at fifteen thirty".
        if ((before(run.begin) & beside::kAt) == 0 && (next(run.end) & beside::kPlural) == 0) replace(run);
        break;
      case Form::kDigits:
        // "Four five six times".
        if (run.end - run.begin == 3 && (next(run.end) & beside::kPlural) != 0) break;
        return write_amount(run);
      default:
        return write_amount(run);
    }
    return run.end;
  }

  // Whether a small letter or the sentence's beginning does not make a verb of this "may" or "march".
  [[nodiscard]] bool is_surely_month(std::size_t at, bool may_begin) const noexcept {
    const Set roles = words_[at].roles;
    if ((roles & beside::kMonthOrVerb) == 0) return (roles & beside::kMonth) != 0;
    return (roles & beside::kUpper) != 0 && (may_begin || !begins_sentence(at));
  }

  [[nodiscard]] bool follows_month(const Run& run) const noexcept {
    const Set previous = before(run.begin);
    if ((previous & beside::kMonth) == 0) return false;
    return run.value >= 10 || (phrase_ends(run.end) && is_surely_month(run.begin - 1, next(run.end) == 0));
  }

  [[nodiscard]] bool is_of_month(const Run& run) const noexcept {
    if ((next(run.end) & beside::kOf) != 0) return next(run.end + 1) != 0 && is_surely_month(run.end + 1, false);
    if ((before(run.begin) & beside::kThe) == 0 || before(run.begin - 1) == 0) return false;
    return phrase_ends(run.end) && is_surely_month(run.begin - 2, true);
  }

  void write_ordinal(const Run& run) {
    const std::uint64_t value = run.value;
    const bool single = (before(run.begin) & beside::kSingle) != 0;
    if (value <= 31 && !single && follows_month(run)) return replace(run);
    const std::size_t words = run.end - run.begin;
    const Set roles = next(run.end);
    const bool of_one = (roles & beside::kOf) != 0 && (next(run.end + 1) & beside::kA) != 0;
    const bool fraction = (roles & beside::kParts) != 0 || of_one ||
                          (words == 1 && single && (roles & beside::kCentury) == 0) ||
                          (words == 2 && words_[run.begin].value == 1);
    const bool second = (last_of(run).roles & beside::kSecond) != 0;
    const bool counted = value >= 10 && value < 1'000'000 && !second && !fraction;
    const bool day = value <= 31 && !single && (words_[run.begin].roles & beside::kCapitalised) == 0;
    if (counted || (day && is_of_month(run))) replace(run, ordinal_ending(value));
  }

  // Whether a sign is meant by the "minus" before it, and not that it is taken from something.
  [[nodiscard]] bool is_negative(const Run& run) const noexcept {
    if ((before(run.begin) & beside::kMinus) == 0) return false;
    const Set previous = before(run.begin - 1);
    return previous == 0 || (previous & beside::kBeforeSign) != 0;
  }

  // Whether the sentence has spoken of money shortly before.
  [[nodiscard]] bool about_money(std::size_t at) const noexcept {
    for (int words = 0; words < 16 && !begins_sentence(at); ++words) {
      if ((words_[--at].roles & beside::kMoneyTalk) != 0) return true;
    }
    return false;
  }

  void replace_signed(const Run& run, std::string_view symbol = {}) {
    const bool negative = is_negative(run);
    replace_from(run.begin - (negative ? 1 : 0));
    if (negative) put("-");
    put(symbol);
    put_figures(run);
  }

  std::size_t write_amount(const Run& run) {
    const Set roles = next(run.end);
    const bool per_cent = (roles & beside::kPer) != 0 && (next(run.end + 1) & beside::kCent) != 0;
    if (per_cent || (roles & beside::kPercent) != 0) {
      const std::size_t end = run.end + (per_cent ? 2 : 1);
      replace_signed(run);
      put("%");
      replaced_to(end);
      return end;
    }
    const bool money = (roles & (beside::kDollars | beside::kEuros | beside::kPounds)) != 0;
    // "A quarter of a million dollars".
    if (money && !(is_vague(run) && (before(run.begin) & beside::kPartOf) != 0)) return write_money(run);
    const bool measured = run.value > 1 && (roles & beside::kMeasure) != 0;
    if (is_small(run) ? measured || is_negative(run) : !is_vague(run)) replace_signed(run);
    return run.end;
  }

  std::size_t write_money(const Run& run) {
    const Set currency = next(run.end);
    const bool adds = next_is_and(run.end + 1);
    const std::size_t at = run.end + (adds ? 2 : 1);
    const Run cents = next(at) == 0 ? Run{.begin = at, .end = at} : read(at);
    const bool scaled = last_of(run).kind == Kind::kMultiplier && last_of(run).value >= 1'000'000;
    const bool whole = run.form == Form::kCardinal && !scaled;
    const bool with_cents =
        whole && cents.form == Form::kCardinal && cents.value < 100 && (next(cents.end) & beside::kCents) != 0;
    if (!with_cents && !adds && cents.end > at) return cents.end;  // "Five dollars fifty"
    const std::size_t end = with_cents ? cents.end + 1 : run.end + 1;
    const Set after = next(end);
    if ((after & (beside::kNoMoney | beside::kNumeralFirst)) != 0) return end;
    if ((currency & beside::kPounds) != 0) {
      const bool paid = with_cents || (after & beside::kSterling) != 0 || about_money(run.begin);
      if (!paid || (after & beside::kWeighed) != 0) {
        if (!is_small(run) && !is_vague(run)) replace(run);
        return run.end;
      }
    }
    replace_signed(run, (currency & beside::kDollars) != 0 ? "$" : (currency & beside::kEuros) != 0 ? "€" : "£");
    if (with_cents) {
      put(cents.value < 10 ? ".0" : ".");
      put_figures(cents);
    }
    replaced_to(end);
    return end;
  }

  std::string_view text_;
  std::vector<NumberWord> words_;
  std::string written_;
  std::size_t copied_ = 0;  // bytes of the text that are written, or replaced
};

}  // namespace

std::string with_numerals(std::string_view text) {
  return Typist(text).written();
}

}  // namespace voicestand::text
