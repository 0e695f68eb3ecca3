#include "bench/chance.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "bench/blocks.h"
#include "bench/ranks.h"

namespace voicestand::bench {
namespace {

constexpr int kRearrangements = 2'000;
constexpr std::uint64_t kSeed = 20'260'102;

// `distance(random)` of many rearrangements: the share that lies as far apart as what was observed.
template <typename Distance>
double share_as_far(double observed, Distance distance) {
  const double limit = observed - 1e-9 * (1 + observed);  // sums of the same numbers in another order
  std::mt19937_64 random(kSeed);
  int as_far = 1;
  for (int i = 0; i < kRearrangements; ++i) as_far += distance(random) >= limit ? 1 : 0;
  return static_cast<double>(as_far) / (kRearrangements + 1);
}

// A block of a run: how many samples, and what their ranks come to.
struct RankedBlock {
  double count = 0;
  double sum = 0;
};

std::vector<RankedBlock> ranked_blocks(std::span<const double> ranks) {
  const Blocks blocks(ranks);
  std::vector<RankedBlock> ranked;
  for (std::size_t i = 0; i < blocks.count(); ++i) {
    const auto block = blocks.at(i);
    ranked.push_back(
        {.count = static_cast<double>(block.size()), .sum = std::accumulate(block.begin(), block.end(), 0.0)});
  }
  return ranked;
}

// Between the mean ranks of the first `left` blocks and of the others.
double distance_of(std::span<const RankedBlock> blocks, std::size_t left) noexcept {
  const auto mean = [](std::span<const RankedBlock> some) {
    RankedBlock all;
    for (const RankedBlock& block : some) all = {.count = all.count + block.count, .sum = all.sum + block.sum};
    return all.sum / all.count;
  };
  return std::abs(mean(blocks.first(left)) - mean(blocks.subspan(left)));
}

}  // namespace

double chance_in_turns(std::span<const double> one, std::span<const double> other) {
  std::vector<double> sizes;  // of the differences, as shares, one for each pair of rounds
  std::vector<bool> signs;
  for (std::size_t i = 0; i < one.size(); i += 2) {
    double difference = std::log(one[i] / other[i]);
    if (i + 1 < one.size()) difference += std::log(one[i + 1] / other[i + 1]);
    if (difference == 0) continue;  // says nothing either way
    sizes.push_back(std::abs(difference));
    signs.push_back(difference > 0);
  }
  const std::vector<double> ranks = ranks_of(sizes);
  double sum = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) sum += signs[i] ? ranks[i] : -ranks[i];
  return share_as_far(std::abs(sum), [&](std::mt19937_64& random) {
    double rearranged = 0;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
      bits = i % 64 == 0 ? random() : bits >> 1U;
      rearranged += (bits & 1U) != 0 ? ranks[i] : -ranks[i];
    }
    return std::abs(rearranged);
  });
}

double chance_between(std::span<const double> one, std::span<const double> other) {
  std::vector<double> all(one.begin(), one.end());
  all.insert(all.end(), other.begin(), other.end());
  const std::vector<double> ranks = ranks_of(all);
  std::vector<RankedBlock> blocks = ranked_blocks(std::span(ranks).first(one.size()));
  const std::size_t left = blocks.size();
  const auto others = ranked_blocks(std::span(ranks).subspan(one.size()));
  blocks.insert(blocks.end(), others.begin(), others.end());
  return share_as_far(distance_of(blocks, left), [&](std::mt19937_64& random) {
    std::ranges::shuffle(blocks, random);
    return distance_of(blocks, left);
  });
}

}  // namespace voicestand::bench
