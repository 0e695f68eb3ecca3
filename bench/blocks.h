#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace voicestand::bench {

// Samples in the order in which they were taken, in about a dozen blocks of neighbours: what one of them met its
// neighbours met too, so that blocks, and not samples, are what chance deals out. Few samples are a block each.
// Thread: any.
class Blocks {
 public:
  explicit Blocks(std::span<const double> samples)
      : samples_(samples), length_(std::max<std::size_t>(1, samples.size() / kBlocks)) {}

  [[nodiscard]] std::size_t count() const noexcept { return samples_.size() / length_; }
  // The last one takes what is left over.
  [[nodiscard]] std::span<const double> at(std::size_t index) const {
    const std::size_t begin = index * length_;
    return index + 1 < count() ? samples_.subspan(begin, length_) : samples_.subspan(begin);
  }

 private:
  static constexpr std::size_t kBlocks = 12;

  std::span<const double> samples_;
  std::size_t length_;
};

// Puts what blocks hold at the end of `samples`.
inline void append(std::vector<double>& samples, std::span<const double> block) {
  samples.insert(samples.end(), block.begin(), block.end());
}

}  // namespace voicestand::bench
