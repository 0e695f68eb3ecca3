#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "voicestand/nn/tokenizer.h"

namespace voicestand::nn {

// A decoder that has lost its thread says the same again and again until it is stopped. Looks for that at the end of
// `tokens`: a run of at least kLeastRun tokens, in which the same kLongestPeriod tokens or fewer come kLeastRepeats
// times. How many tokens to keep, which is all up to the end of the first time; nothing where there is no such run.
// Thread: any. Real-time: yes.
inline constexpr std::size_t kLongestPeriod = 16;
inline constexpr std::size_t kLeastRun = 24;
inline constexpr std::size_t kLeastRepeats = 4;
[[nodiscard]] std::optional<std::size_t> before_repetition(std::span<const Token> tokens) noexcept;

}  // namespace voicestand::nn
