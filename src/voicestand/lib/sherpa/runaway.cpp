#include "voicestand/lib/sherpa/runaway.h"

#include <algorithm>

namespace voicestand::sherpa {
namespace {

// How many tokens at the end repeat with this period.
std::size_t periodic_tail(std::span<const std::string_view> tokens, std::size_t period) {
  std::size_t length = period;
  while (length < tokens.size() && tokens[tokens.size() - 1 - length] == tokens[tokens.size() - 1 - length + period]) {
    ++length;
  }
  return length;
}

}  // namespace

std::size_t without_runaway(std::span<const std::string_view> tokens, bool hit_cap) {
  const std::size_t rounds = hit_cap ? kMinRoundsAtCap : kMinRounds;
  for (std::size_t period = 1; period <= std::min(kMaxLoopTokens, tokens.size() / 2); ++period) {
    const std::size_t length = periodic_tail(tokens, period);
    if (length >= rounds * period && length >= kMinLoopTokens) return tokens.size() - length + period;
  }
  return tokens.size();
}

}  // namespace voicestand::sherpa
