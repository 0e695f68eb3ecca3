#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "voicestand/text/number_words.h"

namespace voicestand::text {

// A number as it is written, in place.
class Figures {
 public:
  void add(char byte) noexcept {
    if (size_ < bytes_.size()) bytes_[size_++] = byte;
  }
  void add(std::uint64_t value) noexcept { add(value, 0, false); }
  void add_with_commas(std::uint64_t value) noexcept { add(value, 0, value >= 10'000); }

  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.data(), size_}; }

 private:
  void add(std::uint64_t value, unsigned place, bool commas) noexcept;

  std::array<char, 47> bytes_{};  // 26 with commas, the point, 19 behind it, and one more
  std::uint8_t size_ = 0;
};

// Words that are a number together.
struct SpokenNumber {
  enum class Form : std::uint8_t { kNone, kCardinal, kDecimal, kDigits, kYear, kDecade, kOrdinal };
  Form form = Form::kNone;
  bool keeps_word = false;  // the last word, a scale, is not in the figures
  std::uint64_t value = 0;  // of a decimal, what is before the point; of digits, 0
  Figures figures{};        // without an ordinal's ending
};

// Thread: any. Real-time: no. The end of the words from `at` on that can only be a number together, or `at`.
[[nodiscard]] std::size_t number_end(std::span<const NumberWord> words, std::size_t at) noexcept;

// Thread: any. Real-time: no. What all the words of `run`, as number_end() finds it, say. Of form kNone where they are
// no number, or one beyond 64 bits.
[[nodiscard]] SpokenNumber spoken_number(std::span<const NumberWord> run) noexcept;

// Thread: any. Real-time: no. The time of day that an hour, or an hour and its minutes, are: "3", "3:05". Else empty.
[[nodiscard]] Figures clock_time(std::span<const NumberWord> run) noexcept;

}  // namespace voicestand::text
