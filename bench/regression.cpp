#include "bench/regression.h"

#include <algorithm>
#include <cmath>

namespace voicestand::bench {

double slope_of(std::span<const Turn> turns) noexcept {
  double products = 0;
  double squares = 0;
  for (const Turn& turn : turns) {
    const auto iterations = static_cast<double>(turn.iterations);
    products += iterations * turn.spent.count();
    squares += iterations * iterations;
  }
  return products / squares;
}

double fit_of(std::span<const Turn> turns, double slope) noexcept {
  double mean = 0;
  for (const Turn& turn : turns) mean += turn.spent.count() / static_cast<double>(turns.size());
  double unexplained = 0;
  double all = 0;
  for (const Turn& turn : turns) {
    unexplained += std::pow(turn.spent.count() - slope * static_cast<double>(turn.iterations), 2);
    all += std::pow(turn.spent.count() - mean, 2);
  }
  return all > 0 ? 1 - unexplained / all : 1;
}

bool have_slope(std::span<const Turn> turns) noexcept {
  return std::ranges::any_of(turns, [&](const Turn& turn) { return turn.iterations != turns.front().iterations; });
}

}  // namespace voicestand::bench
