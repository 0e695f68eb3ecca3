#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace voicestand::nn {

// Frames [begin, end).
struct Stretch {
  std::size_t begin;
  std::size_t end;
  bool operator==(const Stretch&) const = default;
};

// Whether a token is heard as speech, or as what lies between: punctuation is mostly a pause.
enum class Voicing : std::uint8_t { kSpoken, kUnspoken };

// When the tokens of a text were said: each gets a stretch of frames, at least one, in the order of the text; frames
// that fit none of them stay free. Of all the ways to do so this takes one of the best, by the attention that the
// tokens paid to their frames and by where voice was heard (Viterbi). Thread: one at a time.
class TokenAlignment {
 public:
  struct Limits {
    std::size_t frames;
    std::size_t tokens;
  };

  // Real-time: no, takes all the memory there will be: some 2 bytes for each token and frame.
  explicit TokenAlignment(const Limits& limits);

  struct Evidence {
    std::span<const float> attention;  // token by token, frame by frame; of a token 1 in all
    std::span<const float> voice;      // frame by frame: 1 where there is voice for sure, -1 where there is none
    std::span<const Voicing> tokens;
  };
  // Real-time: bounded, allocates nothing. A stretch for each token; they last until the next call. None where there
  // are more tokens than frames, or more of either than Limits has.
  [[nodiscard]] std::span<const Stretch> align(const Evidence& evidence) noexcept;

 private:
  // One more frame: how each state is best reached, and what that is worth.
  void step(const Evidence& evidence, std::size_t frame) noexcept;
  void trace(std::size_t frames, std::size_t tokens) noexcept;

  Limits limits_;
  std::vector<float> totals_;        // state by state: free before a token, the token, …, free behind the last
  std::vector<std::uint8_t> steps_;  // frame by frame, state by state: how many states back one came from
  std::vector<Stretch> stretches_;
};

}  // namespace voicestand::nn
