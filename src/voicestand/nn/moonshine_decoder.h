#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/nn/arena.h"
#include "voicestand/nn/byte_attention.h"
#include "voicestand/nn/byte_block.h"
#include "voicestand/nn/moonshine_encoder.h"
#include "voicestand/nn/moonshine_weights.h"
#include "voicestand/nn/rotary.h"
#include "voicestand/nn/shared_work.h"
#include "voicestand/nn/token_trie.h"
#include "voicestand/nn/tokenizer.h"
#include "voicestand/nn/vocabulary.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::nn {

// The half of Moonshine that writes: frames -> tokens, greedily. Thread: one at a time.
class MoonshineDecoder {
 public:
  // Real-time: no, takes all the memory there will be. `weights` must outlive it. Errors: kUsage where a limit is 0, or
  // there are more frames than a matrix may have inputs. With a `team`, which must outlive it, frames are shared; the
  // text is the same.
  struct Limits {
    std::size_t frames;
    std::size_t tokens;  // of one text
  };
  [[nodiscard]] static Result<MoonshineDecoder> create(const DecoderWeights& weights, const Limits& limits,
                                                       const simd::Kernels& kernels = simd::kernels(),
                                                       rt::Team* team = nullptr);

  [[nodiscard]] std::size_t memory_bytes() const noexcept { return arena_.bytes(); }

  // Real-time: bounded, allocates nothing. The frames that the following calls of decode() write down; they are not
  // needed afterwards. What is more than Limits::frames is left out. False where `stop` became true, which is looked at
  // every 2 ms or so: then there is nothing to decode.
  [[nodiscard]] bool attend_to(const Frames& frames, const std::atomic<bool>& stop) noexcept;

  // Real-time: bounded, allocates nothing. At most `most` tokens, and at most Limits::tokens; neither the start nor the
  // end is one of them. Ends early where it begins to repeat itself (repetition.h), with what was said once. `draft`,
  // a guess at the text, changes nothing but the time that this takes: where it is right, also behind what is not, its
  // tokens go through the network together. `begun` is how the text begins, whatever the network likes; it counts among
  // the most, with a probability of 1. A word of `listed` is said where it lies no more than its strength behind
  // what the network likes best, added up over its tokens. The tokens last until the next call. Nothing where `stop`
  // became true.
  [[nodiscard]] std::optional<std::span<const Token>> decode(std::span<const Token> draft, std::size_t most,
                                                             const std::atomic<bool>& stop,
                                                             const TokenTrie* listed = nullptr,
                                                             std::span<const Token> begun = {}) noexcept;

  // Thread: as decode(). Real-time: yes. Of the i-th of the last decode()'s tokens: the logarithm of its probability,
  // and how much attention each frame got for it, about 1 in all.
  [[nodiscard]] float log_probability(std::size_t i) const noexcept { return log_probabilities_[i]; }
  [[nodiscard]] std::span<const float> attention(std::size_t i) const noexcept {
    return {aligned_ + i * frames_, frames_};
  }
  // Of all of them, one after the other.
  [[nodiscard]] std::span<const float> log_probabilities() const noexcept { return {log_probabilities_, count_}; }
  [[nodiscard]] std::span<const float> attention() const noexcept { return {aligned_, count_ * frames_}; }

 private:
  static constexpr std::size_t kBlock = 32;  // tokens that go through the network at once

  MoonshineDecoder(const DecoderWeights& weights, const Limits& limits, const simd::Kernels& kernels, rt::Team* team);
  void place(Arena& arena);

  [[nodiscard]] bool forward(std::span<const Token> tokens, std::size_t position,
                             const std::atomic<bool>& stop) noexcept;
  void attend_to_self(std::size_t layer, std::size_t count, std::size_t position) noexcept;
  void attend_to_frames(std::size_t layer, std::size_t count, std::size_t position) noexcept;
  void think(const DecoderLayer& layer, std::size_t count) noexcept;
  // A token that may be said next.
  struct Likely {
    Token token;
    float log_probability;
  };
  struct Word {
    std::span<const Likely> said;
    bool overwritten;  // what else had gone through the network past it
  };
  [[nodiscard]] Word given_word(Token token) noexcept;
  [[nodiscard]] std::optional<Word> likely_word(const TokenTrie* listed, const Vocabulary::Choice& choice,
                                                const std::atomic<bool>& stop) noexcept;
  [[nodiscard]] bool append(const Likely& next, std::size_t most) noexcept;
  [[nodiscard]] static std::size_t found_again(std::span<const Token> guess, std::size_t expected, Token said) noexcept;

  void take(const float* x, std::size_t count, ByteBlock::Loudest loudest, const float* norm) noexcept;
  void multiply(const Linear& linear, std::size_t count, simd::Finish finish, float* y) noexcept;

  const DecoderWeights* weights_;
  const simd::Kernels* kernels_;
  rt::Team* team_;
  Limits limits_;
  std::size_t head_width_;
  Rotary rotary_;
  std::vector<ByteAttention> attentions_;  // member by member; the first attends
  ByteBlock block_;                        // of tokens
  ByteBlock frame_block_;                  // of all frames
  Vocabulary vocabulary_;
  Arena arena_;

  // What lasts from attend_to() on.
  std::size_t frames_ = 0;
  std::vector<ByteMemory> memories_;  // layer by layer

  // What decode() has said so far.
  std::size_t count_ = 0;
  Token* tokens_ = nullptr;
  float* log_probabilities_ = nullptr;
  float* aligned_ = nullptr;  // token by token, frame by frame
  float* keys_ = nullptr;     // layer by layer, width x tokens
  float* values_ = nullptr;   // layer by layer, tokens x width

  // What lasts for a call.
  Token* fed_ = nullptr;
  float* hidden_ = nullptr;  // rows of a block, as those that follow
  float* rows_ = nullptr;
  float* found_ = nullptr;
  float* inner_ = nullptr;
  float* scores_ = nullptr;
  float* keep_ = nullptr;  // of all frames, member by member
  Vocabulary::Choice* choices_ = nullptr;
  Likely* word_ = nullptr;
};

}  // namespace voicestand::nn
