#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <vector>

namespace voicestand::speech {

// 16 kHz mono audio that lies in several pieces, seen as one. Owns none of it. Thread: one at a time. Real-time: no.
class AudioView {
 public:
  AudioView() = default;
  // In one piece.
  template <std::convertible_to<std::span<const float>> Samples>
  explicit(false) AudioView(const Samples& samples) {
    append(samples);
  }

  // `samples` follow what is there.
  void append(std::span<const float> samples);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::span<const std::span<const float>> pieces() const noexcept { return pieces_; }

  // [from, to) of it; both at most size(), and from at most to.
  [[nodiscard]] AudioView between(std::size_t from, std::size_t to) const;

  // Copies the beginning of it into `out`, as much as fits.
  void copy_to(std::span<float> out) const noexcept;

 private:
  std::vector<std::span<const float>> pieces_;
  std::size_t size_ = 0;
};

}  // namespace voicestand::speech
