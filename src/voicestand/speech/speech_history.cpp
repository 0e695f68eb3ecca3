#include "voicestand/speech/speech_history.h"

#include <algorithm>

namespace voicestand::speech {

void SpeechHistory::append(std::span<const float> samples) noexcept {
  const std::size_t capacity = ring_.size();
  const std::size_t kept = std::min(samples.size(), capacity);
  end_ += samples.size();
  if (kept > 0) {
    samples = samples.last(kept);
    const auto at = static_cast<std::size_t>((end_ - kept) % capacity);
    const std::size_t until_wrap = std::min(kept, capacity - at);
    std::copy_n(samples.data(), until_wrap, ring_.data() + at);
    std::copy_n(samples.data() + until_wrap, kept - until_wrap, ring_.data());
  }
  if (end_ - begin_ > capacity) begin_ = end_ - capacity;
}

bool SpeechHistory::copy(std::uint64_t from, std::uint64_t to, std::span<float> out) const noexcept {
  if (from < begin_ || from > to || to > end_ || out.size() < to - from) return false;
  if (from == to) return true;
  const std::size_t capacity = ring_.size();
  const auto count = static_cast<std::size_t>(to - from);
  const auto at = static_cast<std::size_t>(from % capacity);
  const std::size_t until_wrap = std::min(count, capacity - at);
  std::copy_n(ring_.data() + at, until_wrap, out.data());
  std::copy_n(ring_.data(), count - until_wrap, out.data() + until_wrap);
  return true;
}

}  // namespace voicestand::speech
