#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace voicestand::text {

// What a word is beside a number. A word may be several of these.
namespace beside {
using Set = std::uint64_t;
constexpr Set bit(int place) noexcept {
  return Set{1} << place;
}

constexpr Set kWord = bit(0);          // every word
constexpr Set kCapitalised = bit(1);   // "Eleven", but not "ELEVEN" or "I"
constexpr Set kUpper = bit(2);         // begins with a capital
constexpr Set kNumeralFirst = bit(3);  // begins with a digit
constexpr Set kNumeralLast = bit(4);   // ends with one
constexpr Set kPlural = bit(5);        // looks like many of something
constexpr Set kManyOfNumber = bit(6);  // "fifths", "fours", "hundreds"
constexpr Set kMeasure = bit(7);       // "kilometres", "milliseconds"
constexpr Set kOr = bit(8);
constexpr Set kTo = bit(9);
constexpr Set kIn = bit(10);
constexpr Set kPast = bit(11);
constexpr Set kArithmetic = bit(12);  // "plus"
constexpr Set kMinus = bit(13);
constexpr Set kOf = bit(14);
constexpr Set kOut = bit(15);
constexpr Set kThe = bit(16);
constexpr Set kAt = bit(17);
constexpr Set kI = bit(18);
constexpr Set kBeforeTime = bit(19);  // "until"
constexpr Set kPhraseEnd = bit(20);   // before it a phrase may have ended
constexpr Set kBeforeSign = bit(21);  // a "minus" after it is a sign
constexpr Set kTiesBefore = bit(22);  // before a number, makes it a part of something else
constexpr Set kTiesAfter = bit(23);   // after it
constexpr Set kFraction = bit(24);    // "half", "thirds"
constexpr Set kQuarter = bit(25);
constexpr Set kSingle = bit(26);  // "a", "one"
constexpr Set kPartOf = bit(27);  // "half", before "a million dollars"
constexpr Set kMonth = bit(28);
constexpr Set kMonthOrVerb = bit(29);  // "may", "march"
constexpr Set kCentury = bit(30);
constexpr Set kSecond = bit(31);  // of a minute, or after the first
constexpr Set kPercent = bit(32);
constexpr Set kPer = bit(33);
constexpr Set kCent = bit(34);
constexpr Set kCents = bit(35);  // and pence
constexpr Set kDollars = bit(36);
constexpr Set kEuros = bit(37);
constexpr Set kPounds = bit(38);
constexpr Set kMoneyTalk = bit(39);  // "paid"
constexpr Set kSterling = bit(40);
constexpr Set kWeighed = bit(41);  // "of", after pounds
constexpr Set kNoMoney = bit(42);  // "signs", after dollars
constexpr Set kAm = bit(43);
constexpr Set kPm = bit(44);
constexpr Set kA = bit(45);  // the first half of "a m"
constexpr Set kP = bit(46);
constexpr Set kM = bit(47);
constexpr Set kDottedHalf = bit(48);  // "p.m."
constexpr Set kOclock = bit(49);
constexpr Set kFrom = bit(50);
constexpr Set kParts = bit(51);
}  // namespace beside

// A word of a text, and what it is to an English number.
struct NumberWord {
  enum class Kind : std::uint8_t {
    kNone,
    kOnes,        // zero to nineteen
    kTens,        // twenty to ninety
    kMultiplier,  // hundred, thousand …
    kDecade,      // twenties to nineties
    kOh,          // a nought between digits
    kArticle,     // "a" before a multiplier
    kAnd,
    kPoint,
  };
  std::string_view bytes;  // of the text, without the punctuation at its ends
  std::uint64_t value = 0;
  beside::Set roles = 0;
  Kind kind = Kind::kNone;
  bool ordinal = false;
  bool joined = false;  // to the word before: spaces or one hyphen lie between them, and nothing else
};

// Thread: any. Real-time: no. Words lie between white space; hyphens part them too where what is between is letters
// alone or begins with none.
[[nodiscard]] std::vector<NumberWord> number_words(std::string_view text);

// Thread: any. Real-time: no. Whether two words are the same, whatever the case of the first; the second's is small.
[[nodiscard]] bool says(std::string_view word, std::string_view small) noexcept;

// Thread: any. Real-time: no. Takes the first of what one byte separates off a list.
std::string_view take(std::string_view& list, char separator) noexcept;

}  // namespace voicestand::text
