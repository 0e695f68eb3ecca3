#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "voicestand/base/realtime.h"

namespace voicestand::speech {

// The latest 16 kHz mono samples, addressed by their position since the beginning of the audio. Thread: one at a time.
class SpeechHistory {
 public:
  // Real-time: no, the only allocation. Keeps the last `capacity` samples.
  explicit SpeechHistory(std::size_t capacity) : ring_(capacity) {}

  // Real-time: yes, bounded by the samples given. Of more than the capacity only the last are kept.
  void append(std::span<const float> samples) noexcept VS_REALTIME;

  // Real-time: yes, bounded by the range. Copies [from, to) to the beginning of `out`; false, and nothing copied,
  // unless begin() <= from <= to <= end() and `out` has room.
  [[nodiscard]] bool copy(std::uint64_t from, std::uint64_t to, std::span<float> out) const noexcept VS_REALTIME;

  // Real-time: yes. Forgets all; the next sample appended has this position (after a gap in the audio).
  void reset(std::uint64_t position) noexcept VS_REALTIME { begin_ = end_ = position; }

  // Real-time: yes. The positions of the oldest sample still there and of the next one to come.
  [[nodiscard]] std::uint64_t begin() const noexcept VS_REALTIME { return begin_; }
  [[nodiscard]] std::uint64_t end() const noexcept VS_REALTIME { return end_; }
  [[nodiscard]] std::size_t capacity() const noexcept VS_REALTIME { return ring_.size(); }

 private:
  std::vector<float> ring_;  // position p lies at p % capacity
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace voicestand::speech
