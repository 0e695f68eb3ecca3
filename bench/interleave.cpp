#include "bench/interleave.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>

namespace voicestand::bench {
namespace {

constexpr std::uint64_t kSeed = 20'260'103;

// The quickest of three: one that was held up says nothing about how many iterations it takes.
Seconds quickest(const Subject& subject, std::uint64_t iterations) {
  Seconds least = subject.spend(iterations);
  for (int i = 1; i < 3; ++i) least = std::min(least, subject.spend(iterations));
  return least;
}

// How many fill the sample; fewer than one where a single one takes longer. Warms the subject up on the way.
double iterations_for(const Subject& subject, Seconds sample) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40U;
  std::uint64_t iterations = 1;
  Seconds spent = quickest(subject, iterations);
  while (spent < sample / 4 && iterations < kMost) {
    iterations *= 2;
    spent = quickest(subject, iterations);
  }
  return std::min(static_cast<double>(iterations) * (sample / spent), static_cast<double>(kMost));
}

// The numbers of iterations that a subject's runs have, one after the other.
class Steps {
 public:
  Steps(const Subject& subject, Seconds sample) {
    if (sample <= Seconds(0)) {
      (void)subject.spend(1);
      return;
    }
    const double wanted = iterations_for(subject, sample);
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      const double share = static_cast<double>(kLowest + i) / kMiddle;
      counts_[i] = static_cast<std::uint64_t>(std::max(1.0, std::round(wanted * share)));
    }
  }
  // Both rounds of a pair have the same, so that neither direction gets the longer runs.
  [[nodiscard]] std::uint64_t of_round(int round) const noexcept {
    return counts_[static_cast<std::size_t>(round / 2) % counts_.size()];
  }

 private:
  static constexpr std::size_t kSteps = 10;
  static constexpr std::size_t kLowest = 3;
  static constexpr double kMiddle = kLowest + (kSteps - 1) / 2.0;

  std::array<std::uint64_t, kSteps> counts_ = [] {
    std::array<std::uint64_t, kSteps> ones{};
    ones.fill(1);
    return ones;
  }();
};

}  // namespace

std::vector<std::vector<Turn>> interleave(std::span<const Subject> subjects, const Plan& plan) {
  std::vector<Steps> steps;
  for (const Subject& subject : subjects) steps.emplace_back(subject, plan.sample);
  std::vector<std::vector<Turn>> turns(subjects.size());
  std::vector<std::size_t> order(subjects.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937_64 random(kSeed);
  const auto begin = std::chrono::steady_clock::now();
  for (int round = 0; round < plan.rounds; ++round) {
    const bool new_pair = round % 2 == 0;
    if (new_pair && round > 0 && std::chrono::steady_clock::now() - begin > plan.longest) break;
    if (new_pair) {
      std::ranges::shuffle(order, random);
    } else {
      std::ranges::reverse(order);
    }
    for (const std::size_t at : order) {
      const std::uint64_t iterations = steps[at].of_round(round);
      turns[at].push_back({.iterations = iterations, .spent = subjects[at].spend(iterations)});
    }
  }
  return turns;
}

}  // namespace voicestand::bench
