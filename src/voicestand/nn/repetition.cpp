#include "voicestand/nn/repetition.h"

#include <algorithm>

namespace voicestand::nn {

std::optional<std::size_t> before_repetition(std::span<const Token> tokens) noexcept {
  const std::size_t size = tokens.size();
  for (std::size_t period = 1; period <= kLongestPeriod && period < size; ++period) {
    std::size_t run = period;
    while (run < size && tokens[size - 1 - run] == tokens[size - 1 - run + period]) ++run;
    if (run >= std::max(kLeastRun, kLeastRepeats * period)) return size - run + period;
  }
  return std::nullopt;
}

}  // namespace voicestand::nn
