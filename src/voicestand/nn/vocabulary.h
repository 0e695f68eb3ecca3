#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "voicestand/nn/arena.h"
#include "voicestand/nn/tokenizer.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::nn {

// The tokens as a decoder knows them: a table of one row of bytes each, which is what a token becomes on the way in,
// and what the last hidden row is compared with on the way out. Thread: one at a time. Real-time: yes, after placing.
class Vocabulary {
 public:
  // A token that was looked for, and how far the logarithm of its probability lies below the likeliest one's.
  struct Rival {
    Token token;
    float behind;
  };
  // The likeliest token, and the logarithm of its probability.
  struct Choice {
    static constexpr std::size_t kMostRivals = 2;
    Token token;
    float log_probability;
    std::array<Rival, kMostRivals> rivals;
    std::size_t rival_count;

    // The likeliest of those that were looked for, in their order.
    [[nodiscard]] std::span<const Rival> rivals_found() const noexcept { return std::span(rivals).first(rival_count); }
  };

  Vocabulary(const simd::ByteWeights& table, std::size_t most_rows, const simd::Kernels& kernels) noexcept
      : table_(table), most_rows_(most_rows), kernels_(&kernels) {}

  void place(Arena& arena);

  [[nodiscard]] std::size_t size() const noexcept { return table_.outputs; }

  // The row of a token below size().
  void embed(Token token, float* row) const noexcept;

  // A choice for each row, up to most_rows. The likeliest by products of bytes are compared once more in f32, so that
  // rounding rows to bytes decides nothing. Tokenizer::kEnd, with no probability, for a row that holds no numbers.
  // `looked_for` is in the order of the tokens' numbers, and changes nothing but rivals_found().
  void choose(const float* rows, std::size_t count, Choice* choices, std::span<const Token> looked_for = {}) noexcept;

 private:
  // The best so far of a row, and the sum of all exponentials relative to the greatest score.
  struct Best {
    static constexpr std::size_t kCount = 8;
    float scores[kCount];
    Token tokens[kCount];
    double sum;
    void clear() noexcept;
    void insert(float score, Token token) noexcept;
  };

  void scan(const float* scores, std::size_t count, Token first, Best& best) noexcept;
  [[nodiscard]] Choice choice_of(const float* row, const Best& best, const Best& rivals) const noexcept;
  [[nodiscard]] double exact_score(const float* row, Token token) const noexcept;

  simd::ByteWeights table_;
  std::size_t most_rows_;
  const simd::Kernels* kernels_;
  std::uint8_t* bytes_ = nullptr;
  simd::ByteScale* scales_ = nullptr;
  float* scores_ = nullptr;
  Best* best_ = nullptr;
  Best* rivals_ = nullptr;
  std::uint8_t* softmax_ = nullptr;  // of a chunk: its sum alone is wanted
  unsigned char* scratch_ = nullptr;
};

}  // namespace voicestand::nn
