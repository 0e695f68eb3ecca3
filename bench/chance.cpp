#include "bench/chance.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "bench/blocks.h"
#include "bench/statistics.h"

namespace voicestand::bench {
namespace {

constexpr int kRearrangements = 2'000;
constexpr std::uint64_t kSeed = 20'260'102;

// `distance(random)` of many rearrangements: the share that lies as far apart as what was observed.
template <typename Distance>
double share_as_far(double observed, Distance distance) {
  const double limit = observed * (1 - 1e-12);  // sums of the same numbers in another order
  std::mt19937_64 random(kSeed);
  int as_far = 1;
  for (int i = 0; i < kRearrangements; ++i) as_far += distance(random) >= limit ? 1 : 0;
  return static_cast<double>(as_far) / (kRearrangements + 1);
}

}  // namespace

double chance_in_pairs(std::span<const double> one, std::span<const double> other) {
  std::vector<double> left(one.size());
  std::vector<double> right(one.size());
  return share_as_far(std::abs(median(one) - median(other)), [&](std::mt19937_64& random) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < one.size(); ++i) {
      bits = i % 64 == 0 ? random() : bits >> 1U;
      const bool swapped = (bits & 1U) != 0;
      left[i] = swapped ? other[i] : one[i];
      right[i] = swapped ? one[i] : other[i];
    }
    return std::abs(rearranging_median(left) - rearranging_median(right));
  });
}

double chance_between(std::span<const double> one, std::span<const double> other) {
  const Blocks blocks_of_one(one);
  const Blocks blocks_of_other(other);
  std::vector<std::span<const double>> blocks;
  for (std::size_t i = 0; i < blocks_of_one.count(); ++i) blocks.push_back(blocks_of_one.at(i));
  for (std::size_t i = 0; i < blocks_of_other.count(); ++i) blocks.push_back(blocks_of_other.at(i));
  std::vector<double> left;
  std::vector<double> right;
  return share_as_far(std::abs(median(one) - median(other)), [&](std::mt19937_64& random) {
    std::ranges::shuffle(blocks, random);
    left.clear();
    right.clear();
    for (std::size_t i = 0; i < blocks.size(); ++i) append(i < blocks_of_one.count() ? left : right, blocks[i]);
    return std::abs(rearranging_median(left) - rearranging_median(right));
  });
}

}  // namespace voicestand::bench
