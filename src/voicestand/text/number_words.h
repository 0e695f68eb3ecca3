#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace voicestand::text {

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
  Kind kind = Kind::kNone;
  bool ordinal = false;
  bool joined = false;  // to the word before: spaces or one hyphen lie between them, and nothing else
  std::uint64_t value = 0;
};

// Thread: any. Real-time: no. Words lie between white space; hyphens part them too where all the rest is letters.
[[nodiscard]] std::vector<NumberWord> number_words(std::string_view text);

// Thread: any. Real-time: no. The end of the words from `at` on that can only be a number together, or `at`.
[[nodiscard]] std::size_t number_end(std::span<const NumberWord> words, std::size_t at) noexcept;

// Words that are a number together.
struct SpokenNumber {
  enum class Form : std::uint8_t { kNone, kCardinal, kDecimal, kDigits, kYear, kDecade, kOrdinal };
  Form form = Form::kNone;
  std::uint64_t value = 0;  // of a decimal, what is before the point; of digits, 0
  std::string written;      // in digits, without an ordinal's ending
};

// Thread: any. Real-time: no. What all the words of `run`, as number_end() finds it, say. Of form kNone where they are
// no number, or one beyond 64 bits.
[[nodiscard]] SpokenNumber spoken_number(std::span<const NumberWord> run);

// Thread: any. Real-time: no. The time of day that an hour, or an hour and its minutes, are: "3", "3:05". Else empty.
[[nodiscard]] std::string clock_time(std::span<const NumberWord> run);

// Thread: any. Real-time: no. The place of a word in a list with one space between two, whatever its case, or -1.
[[nodiscard]] int place_in(std::string_view list, std::string_view word) noexcept;

}  // namespace voicestand::text
