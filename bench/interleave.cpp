#include "bench/interleave.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace voicestand::bench {
namespace {

// The quickest of three: one that was held up says nothing about how many iterations it takes.
Seconds quickest(const Subject& subject, std::uint64_t iterations) {
  Seconds least = subject.spend(iterations);
  for (int i = 1; i < 3; ++i) least = std::min(least, subject.spend(iterations));
  return least;
}

// Warms the subject up on the way.
std::uint64_t iterations_for(const Subject& subject, Seconds sample) {
  if (sample <= Seconds(0)) {
    (void)subject.spend(1);
    return 1;
  }
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40U;
  std::uint64_t iterations = 1;
  Seconds spent = quickest(subject, iterations);
  while (spent < sample / 4 && iterations < kMost) {
    iterations *= 2;
    spent = quickest(subject, iterations);
  }
  const double wanted = static_cast<double>(iterations) * (sample / spent);
  return static_cast<std::uint64_t>(std::clamp(std::round(wanted), 1.0, static_cast<double>(kMost)));
}

}  // namespace

std::vector<std::vector<double>> interleave(std::span<const Subject> subjects, const Plan& plan) {
  std::vector<std::uint64_t> iterations;
  for (const Subject& subject : subjects) iterations.push_back(iterations_for(subject, plan.sample));
  std::vector<std::vector<double>> times(subjects.size());
  const auto begin = std::chrono::steady_clock::now();
  for (int round = 0; round < plan.rounds; ++round) {
    const bool whole_pair = round > 0 && round % 2 == 0;
    if (whole_pair && std::chrono::steady_clock::now() - begin > plan.longest) break;
    for (std::size_t turn = 0; turn < subjects.size(); ++turn) {
      const std::size_t at = round % 2 == 0 ? turn : subjects.size() - 1 - turn;
      times[at].push_back(subjects[at].spend(iterations[at]).count() / static_cast<double>(iterations[at]));
    }
  }
  return times;
}

}  // namespace voicestand::bench
