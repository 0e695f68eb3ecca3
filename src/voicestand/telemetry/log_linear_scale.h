#pragma once

#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace voicestand::telemetry {

// How durations fall into buckets: each octave of time is cut into kPerOctave equal ones (as in G. Tene's
// HdrHistogram). Counted in cells, 0 to kPerOctave are linear, and each octave from there on is twice as coarse.
struct LogLinearScale {
  static constexpr std::size_t kPerOctave = 64;
  static constexpr std::chrono::nanoseconds kCell{16};
  // A bucket's middle stands for all of it.
  static constexpr double kMaxRelativeError = 0.5 / kPerOctave;

  // Thread: any. Real-time: yes. `duration` is not negative.
  [[nodiscard]] static constexpr std::size_t index_of(std::chrono::nanoseconds duration) noexcept {
    const auto cells = static_cast<std::uint64_t>(duration / kCell);
    if (cells < kPerOctave) return static_cast<std::size_t>(cells);
    const int shift = static_cast<int>(std::bit_width(cells)) - static_cast<int>(std::bit_width(kPerOctave));
    return kPerOctave * static_cast<std::size_t>(shift) + static_cast<std::size_t>(cells >> shift);
  }

  // Thread: any. Real-time: yes.
  [[nodiscard]] static constexpr std::chrono::nanoseconds middle_of(std::size_t index) noexcept {
    const std::size_t octave = index / kPerOctave;
    const std::size_t shift = octave == 0 ? 0 : octave - 1;
    const auto first = static_cast<std::int64_t>((index - kPerOctave * shift) << shift);
    return kCell * first + kCell * (std::int64_t{1} << shift) / 2;
  }
};

static_assert(LogLinearScale::kMaxRelativeError <= 0.01);

}  // namespace voicestand::telemetry
