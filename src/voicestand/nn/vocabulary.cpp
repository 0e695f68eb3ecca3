#include "voicestand/nn/vocabulary.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace voicestand::nn {
namespace {

constexpr float kNone = -std::numeric_limits<float>::infinity();

// Tokens whose scores are looked at while they are in the cache.
constexpr std::size_t kChunk = 1024;

// The greatest of `count` numbers, a multiple of 16; what is no number does not count.
float greatest(const float* x, std::size_t count) noexcept {
  constexpr std::size_t kLanes = 16;
  float lanes[kLanes];
  std::copy_n(x, kLanes, lanes);
  for (std::size_t i = kLanes; i < count; i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      lanes[lane] = x[i + lane] > lanes[lane] ? x[i + lane] : lanes[lane];
  float most = kNone;
  for (const float lane : lanes) most = lane > most ? lane : most;
  return most;
}

}  // namespace

void Vocabulary::Best::clear() noexcept {
  std::fill_n(scores, kCount, kNone);
  sum = 0;
}

void Vocabulary::Best::insert(float score, Token token) noexcept {
  std::size_t at = kCount - 1;
  for (; at > 0 && scores[at - 1] < score; --at) {
    scores[at] = scores[at - 1];
    tokens[at] = tokens[at - 1];
  }
  scores[at] = score;
  tokens[at] = token;
}

void Vocabulary::place(Arena& arena) {
  bytes_ = arena.take<std::uint8_t>(most_rows_ * table_.inputs);
  scales_ = arena.take<simd::ByteScale>(most_rows_);
  scores_ = arena.take<float>(most_rows_ * kChunk);
  best_ = arena.take<Best>(most_rows_);
  rivals_ = arena.take<Best>(most_rows_);
  softmax_ = arena.take<std::uint8_t>(kChunk);
  scratch_ = arena.take<unsigned char>(simd::multiply_scratch_bytes(table_.inputs));
}

void Vocabulary::embed(Token token, float* row) const noexcept {
  const std::uint8_t* const bytes = table_.bytes + token * table_.inputs;
  const float zero = static_cast<float>(table_.zero) + table_.zero_fraction;
  for (std::size_t i = 0; i < table_.inputs; ++i) row[i] = (static_cast<float>(bytes[i]) - zero) * table_.scale;
}

void Vocabulary::choose(const float* rows, std::size_t count, Choice* choices,
                        std::span<const Token> looked_for) noexcept {
  for (std::size_t row = 0; row < count; ++row) {
    scales_[row] = kernels_->matrix.quantise(rows + row * table_.inputs, table_.inputs, bytes_ + row * table_.inputs);
    best_[row].clear();
    rivals_[row].clear();
  }
  const simd::ByteRows x{.bytes = bytes_, .stride = table_.inputs, .scales = scales_, .count = count};
  for (std::size_t first = 0; first < table_.outputs; first += kChunk) {
    simd::ByteWeights part = table_;
    part.bytes += first * table_.inputs;
    part.outputs = std::min(kChunk, table_.outputs - first);
    kernels_->matrix.multiply_by_output(part, x, scores_, part.outputs, scratch_);
    const auto end = std::ranges::lower_bound(looked_for, first + part.outputs);
    const auto here = looked_for.first(static_cast<std::size_t>(end - looked_for.begin()));
    looked_for = looked_for.subspan(here.size());
    for (std::size_t row = 0; row < count; ++row) {
      const float* const scores = scores_ + row * part.outputs;
      scan(scores, part.outputs, static_cast<Token>(first), best_[row]);
      for (const Token token : here) {
        const float score = scores[token - first];
        if (score > rivals_[row].scores[Choice::kMostRivals - 1]) rivals_[row].insert(score, token);
      }
    }
  }
  for (std::size_t row = 0; row < count; ++row)
    choices[row] = choice_of(rows + row * table_.inputs, best_[row], rivals_[row]);
}

Vocabulary::Choice Vocabulary::choice_of(const float* row, const Best& best, const Best& rivals) const noexcept {
  Choice choice{.token = Tokenizer::kEnd, .log_probability = 0, .rivals = {}, .rival_count = 0};
  double most = static_cast<double>(kNone);
  for (std::size_t i = 0; i < Best::kCount && best.scores[i] > kNone; ++i) {
    const double score = exact_score(row, best.tokens[i]);
    if (score > most || (score == most && best.tokens[i] < choice.token)) {
      most = score;
      choice.token = best.tokens[i];
    }
  }
  if (!(most > static_cast<double>(kNone))) return choice;
  choice.log_probability = static_cast<float>(std::min(0.0, most - best.scores[0] - std::log(best.sum)));
  for (std::size_t i = 0; i < Choice::kMostRivals && rivals.scores[i] > kNone; ++i) {
    const double behind = most - exact_score(row, rivals.tokens[i]);
    choice.rivals[choice.rival_count++] = {.token = rivals.tokens[i],
                                           .behind = static_cast<float>(std::max(0.0, behind))};
  }
  return choice;
}

// Takes a chunk's scores into `best`.
void Vocabulary::scan(const float* scores, std::size_t count, Token first, Best& best) noexcept {
  constexpr std::size_t kGroup = 128;
  const float before = best.scores[0];
  float most = kNone;
  for (std::size_t i = 0; i < count; i += kGroup) {
    const std::size_t size = std::min(kGroup, count - i);
    if (size == kGroup) {
      const float group = greatest(scores + i, kGroup);
      most = std::max(most, group);
      if (!(group > best.scores[Best::kCount - 1])) continue;
    }
    for (std::size_t j = i; j < i + size; ++j) {
      most = scores[j] > most ? scores[j] : most;
      if (scores[j] > best.scores[Best::kCount - 1]) best.insert(scores[j], first + static_cast<Token>(j));
    }
  }
  if (most == kNone) return;
  // Of the greatest score softmax makes 255 bytes: each of them stands for 1 / (255 sum of all exponentials).
  const float step = kernels_->byte_row.softmax(scores, count, softmax_);
  const double now = best.scores[0];
  const double earlier = before > kNone ? best.sum * std::exp(before - now) : 0.0;
  best.sum = earlier + std::exp(static_cast<double>(most) - now) / (255.0 * static_cast<double>(step));
}

double Vocabulary::exact_score(const float* row, Token token) const noexcept {
  const std::uint8_t* const bytes = table_.bytes + token * table_.inputs;
  const double zero = table_.zero + static_cast<double>(table_.zero_fraction);
  double sum = 0;
  for (std::size_t i = 0; i < table_.inputs; ++i) sum += row[i] * (bytes[i] - zero);
  return sum * table_.scale;
}

}  // namespace voicestand::nn
