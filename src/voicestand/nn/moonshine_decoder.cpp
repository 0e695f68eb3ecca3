#include "voicestand/nn/moonshine_decoder.h"

#include <algorithm>
#include <cmath>

namespace voicestand::nn {
namespace {

// Numbers of a normed row that stay apart from its bytes.
constexpr std::size_t kApart = 2;

std::size_t inner_width(const DecoderWeights& weights) noexcept {
  std::size_t width = 0;
  for (const DecoderLayer& layer : weights.layers) width = std::max(width, layer.mlp_out.weights.inputs);
  return width;
}

bool stopped(const std::atomic<bool>& stop) noexcept {
  return stop.load(std::memory_order_relaxed);
}

}  // namespace

Result<MoonshineDecoder> MoonshineDecoder::create(const DecoderWeights& weights, const Limits& limits,
                                                  const simd::Kernels& kernels, rt::Team* team) {
  if (limits.frames == 0 || limits.tokens == 0)
    return fail(Errc::kUsage, "nothing could be decoded within these limits");
  if (limits.frames > simd::kMostInputs || limits.tokens > simd::kMostInputs)
    return fail(Errc::kUsage, "more than can be decoded in one piece");
  MoonshineDecoder decoder(weights, limits, kernels, team);
  decoder.place(decoder.arena_);
  decoder.arena_ = Arena(decoder.arena_.bytes());
  decoder.place(decoder.arena_);
  return decoder;
}

MoonshineDecoder::MoonshineDecoder(const DecoderWeights& weights, const Limits& limits, const simd::Kernels& kernels,
                                   rt::Team* team)
    : weights_(&weights),
      kernels_(&kernels),
      team_(team),
      limits_(limits),
      head_width_(weights.width / weights.heads),
      rotary_({.count = weights.heads, .width = head_width_}, weights.rotary, limits.tokens),
      attentions_(
          members_of(team),
          ByteAttention(
              {.heads = weights.heads, .head_width = head_width_, .most_frames = limits.frames, .most_rows = kBlock},
              kernels)),
      block_({.rows = kBlock, .width = std::max(weights.width, inner_width(weights)), .apart = kApart}, kernels),
      frame_block_({.rows = limits.frames, .width = weights.width, .apart = kApart, .members = members_of(team)},
                   kernels),
      vocabulary_(weights.embedding, kBlock, kernels),
      memories_(weights.layers.size()) {}

void MoonshineDecoder::place(Arena& arena) {
  const std::size_t width = weights_->width;
  const std::size_t layers = weights_->layers.size();
  for (ByteMemory& memory : memories_) memory = attentions_.front().place_memory(arena);
  tokens_ = arena.take<Token>(limits_.tokens);
  log_probabilities_ = arena.take<float>(limits_.tokens);
  aligned_ = arena.take<float>(limits_.tokens * limits_.frames);
  keys_ = arena.take<float>(layers * limits_.tokens * width);
  values_ = arena.take<float>(layers * limits_.tokens * width);
  for (ByteAttention& attention : attentions_) attention.place(arena);
  // Frames are attended to before tokens go through.
  const std::size_t mark = arena.mark();
  keep_ = arena.take<float>(members_of(team_) * limits_.frames * width);
  frame_block_.place(arena);
  arena.rewind(mark);
  fed_ = arena.take<Token>(limits_.tokens + 1);
  hidden_ = arena.take<float>(kBlock * width);
  rows_ = arena.take<float>(kBlock * width);
  found_ = arena.take<float>(kBlock * width);
  inner_ = arena.take<float>(kBlock * 2 * inner_width(*weights_));
  scores_ = arena.take<float>(limits_.tokens);
  choices_ = arena.take<Vocabulary::Choice>(kBlock);
  word_ = arena.take<Likely>(limits_.tokens);
  block_.place(arena);
  vocabulary_.place(arena);
}

bool MoonshineDecoder::attend_to(const Frames& frames, const std::atomic<bool>& stop) noexcept {
  const std::size_t width = weights_->width;
  const std::size_t count = std::min(frames.count(), limits_.frames);
  frames_ = 0;
  count_ = 0;
  frame_block_.begin(width, ByteBlock::Loudest::kApart);
  frame_block_.take(0, {.x = frames.values.data(), .stride = width, .count = count});
  // Keys and values of each layer: two parts.
  const SharedWork work(team_, stop);
  const bool kept = work.share(2 * weights_->layers.size(), [&](std::size_t part, std::size_t member) noexcept {
    const Attention& cross = weights_->layers[part / 2].cross;
    const Linear& linear = part % 2 == 0 ? cross.key : cross.value;
    float* const rows = keep_ + member * limits_.frames * width;
    frame_block_.multiply(
        0, count, {.linear = linear, .bias = linear.bias_or_null(), .finish = simd::Finish::kStore, .y = rows}, member);
    for (std::size_t head = 0; head < weights_->heads; ++head) {
      part % 2 == 0 ? attentions_[member].keep_keys(rows, count, head, memories_[part / 2])
                    : attentions_[member].keep_values(rows, count, head, memories_[part / 2]);
    }
  });
  if (kept) frames_ = count;
  return kept;
}

// Leaves normed rows in hidden_.
bool MoonshineDecoder::forward(std::span<const Token> tokens, std::size_t position,
                               const std::atomic<bool>& stop) noexcept {
  const std::size_t width = weights_->width;
  for (std::size_t row = 0; row < tokens.size(); ++row) vocabulary_.embed(tokens[row], hidden_ + row * width);
  std::fill_n(aligned_ + position * frames_, tokens.size() * frames_, 0.0F);
  for (std::size_t layer = 0; layer < weights_->layers.size(); ++layer) {
    if (stopped(stop)) return false;
    attend_to_self(layer, tokens.size(), position);
    attend_to_frames(layer, tokens.size(), position);
    think(weights_->layers[layer], tokens.size());
  }
  if (stopped(stop)) return false;
  for (std::size_t row = 0; row < tokens.size(); ++row)
    kernels_->layer.layer_norm(hidden_ + row * width, weights_->norm.data(), width, hidden_ + row * width);
  return true;
}

void MoonshineDecoder::attend_to_self(std::size_t layer, std::size_t count, std::size_t position) noexcept {
  const DecoderLayer& weights = weights_->layers[layer];
  const std::size_t width = weights_->width;
  float* const keys = keys_ + layer * limits_.tokens * width;
  float* const values = values_ + layer * limits_.tokens * width;
  take(hidden_, count, ByteBlock::Loudest::kApart, weights.self_norm.data());
  multiply(weights.self.value, count, simd::Finish::kStore, values + position * width);
  multiply(weights.self.key, count, simd::Finish::kStore, rows_);
  rotary_.turn(kernels_->layer, rows_, count, position);
  kernels_->product.transpose(rows_, width, count, width, keys + position, limits_.tokens);
  multiply(weights.self.query, count, simd::Finish::kStore, rows_);
  rotary_.turn(kernels_->layer, rows_, count, position);
  // Row by row even where there are many: how a product is summed up may depend on its shape, and a draft must get the
  // very numbers that its tokens would get one after the other.
  const float factor = 1.0F / std::sqrt(static_cast<float>(head_width_));
  for (std::size_t first = 0; first < width; first += head_width_) {
    for (std::size_t row = 0; row < count; ++row) {
      const std::size_t known = position + row + 1;
      kernels_->product.multiply({.a = rows_ + row * width + first,
                                  .a_stride = width,
                                  .b = keys + first * limits_.tokens,
                                  .b_stride = limits_.tokens,
                                  .c = scores_,
                                  .c_stride = known,
                                  .rows = 1,
                                  .inner = head_width_,
                                  .columns = known,
                                  .factor = factor});
      kernels_->layer.softmax(scores_, known);
      kernels_->product.multiply({.a = scores_,
                                  .a_stride = known,
                                  .b = values + first,
                                  .b_stride = width,
                                  .c = found_ + row * width + first,
                                  .c_stride = width,
                                  .rows = 1,
                                  .inner = known,
                                  .columns = head_width_,
                                  .factor = 1});
    }
  }
  take(found_, count, ByteBlock::Loudest::kInBytes, nullptr);
  multiply(weights.self.out, count, simd::Finish::kAdd, hidden_);
}

void MoonshineDecoder::attend_to_frames(std::size_t layer, std::size_t count, std::size_t position) noexcept {
  const DecoderLayer& weights = weights_->layers[layer];
  // Where the text stands in the speech shows in the upper half of the layers.
  const std::size_t layers = weights_->layers.size();
  const std::size_t half = layers / 2;
  const bool aligned = layer >= half;
  take(hidden_, count, ByteBlock::Loudest::kApart, weights.cross_norm.data());
  multiply(weights.cross.query, count, simd::Finish::kStore, rows_);
  attentions_.front().attend(memories_[layer], {.rows = rows_,
                                                .count = count,
                                                .frames = frames_,
                                                .out = found_,
                                                .weights = aligned ? aligned_ + position * frames_ : nullptr,
                                                .share = 1.0F / static_cast<float>(layers - half)});
  take(found_, count, ByteBlock::Loudest::kInBytes, nullptr);
  multiply(weights.cross.out, count, simd::Finish::kAdd, hidden_);
}

void MoonshineDecoder::think(const DecoderLayer& layer, std::size_t count) noexcept {
  const std::size_t inner = layer.mlp_out.weights.inputs;
  take(hidden_, count, ByteBlock::Loudest::kApart, layer.mlp_norm.data());
  multiply(layer.mlp_in, count, simd::Finish::kStore, inner_);
  for (std::size_t row = 0; row < count; ++row) {
    float* const value = inner_ + row * 2 * inner;
    kernels_->layer.silu_gate(value, value + inner, inner, value);
  }
  block_.begin(inner, ByteBlock::Loudest::kInBytes);
  block_.take(0, {.x = inner_, .stride = 2 * inner, .count = count});
  multiply(layer.mlp_out, count, simd::Finish::kAdd, hidden_);
}

void MoonshineDecoder::take(const float* x, std::size_t count, ByteBlock::Loudest loudest, const float* norm) noexcept {
  block_.begin(weights_->width, loudest);
  block_.take(0, {.x = x, .stride = weights_->width, .count = count}, norm);
}

void MoonshineDecoder::multiply(const Linear& linear, std::size_t count, simd::Finish finish, float* y) noexcept {
  block_.multiply(0, count, {.linear = linear, .bias = linear.bias_or_null(), .finish = finish, .y = y});
}

}  // namespace voicestand::nn
