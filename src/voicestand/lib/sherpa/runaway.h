#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace voicestand::sherpa {

// A greedy decoder can fall into a loop: the same few tokens again and again until the engine's own cap of 15 tokens
// for each second of audio. Returns how many of the tokens are to be kept: all, or up to the end of the loop's first
// round. A loop is a block of at most kMaxLoopTokens tokens that fills the end of the hypothesis at least kMinRounds
// times and with at least kMinLoopTokens tokens; "no, no, no, no" is speech. Where the engine stopped at its cap
// instead of at the end of the text (`hit_cap`), three rounds are enough and the last may be broken off.
// Thread: any. Real-time: no.
[[nodiscard]] std::size_t without_runaway(std::span<const std::string_view> tokens, bool hit_cap);

inline constexpr std::size_t kMaxLoopTokens = 24;
inline constexpr std::size_t kMinRounds = 4;
inline constexpr std::size_t kMinLoopTokens = 16;
inline constexpr std::size_t kMinRoundsAtCap = 3;

// The engine's cap for so much 16 kHz audio: reached only by a runaway, as people say at most about 8 tokens a second.
[[nodiscard]] constexpr std::size_t token_cap(std::size_t samples) noexcept {
  return samples * 15 / 16'000;
}

}  // namespace voicestand::sherpa
