#include "voicestand/nn/moonshine_encoder.h"

#include <algorithm>

namespace voicestand::nn {
namespace {

// Rows that pass through a matrix at once: enough for repacking its weights to cost little, few enough for `stop` to be
// looked at often and for what lies between two matrices to stay in the cache.
constexpr std::size_t kBlock = 128;

// Numbers of a normed row that stay apart from its bytes.
constexpr std::size_t kApart = 2;

std::size_t inner_width(const EncoderWeights& weights) noexcept {
  std::size_t width = 0;
  for (const EncoderLayer& layer : weights.layers) width = std::max(width, layer.mlp_in.weights.outputs);
  return width;
}

bool stopped(const std::atomic<bool>& stop) noexcept {
  return stop.load(std::memory_order_relaxed);
}

}  // namespace

Result<MoonshineEncoder> MoonshineEncoder::create(const EncoderWeights& weights, std::size_t most_samples,
                                                  const simd::Kernels& kernels) {
  MoonshineEncoder encoder(weights, most_samples, kernels);
  const std::size_t frames = encoder.frames_of(most_samples);
  if (frames == 0) return fail(Errc::kUsage, "so few samples give no frame to recognise");
  if (frames > simd::kMostInputs) return fail(Errc::kUsage, "more samples than can be recognised in one piece");
  encoder.place(encoder.arena_);
  encoder.arena_ = Arena(encoder.arena_.bytes());
  encoder.place(encoder.arena_);
  return encoder;
}

MoonshineEncoder::MoonshineEncoder(const EncoderWeights& weights, std::size_t most_samples,
                                   const simd::Kernels& kernels)
    : weights_(&weights),
      kernels_(&kernels),
      most_samples_(most_samples),
      stem_(weights, kernels),
      rotary_({.count = weights.heads, .width = weights.width / weights.heads}, weights.rotary,
              std::min(frames_of(most_samples), simd::kMostInputs)),
      attention_({.heads = weights.heads,
                  .head_width = weights.width / weights.heads,
                  .most_frames = frames_of(most_samples),
                  .most_rows = kBlock},
                 kernels),
      block_({.rows = frames_of(most_samples), .width = weights.width, .apart = kApart}, kernels),
      inner_block_({.rows = kBlock, .width = inner_width(weights), .apart = 0}, kernels) {}

void MoonshineEncoder::place(Arena& arena) {
  const std::size_t frames = frames_of(most_samples_);
  const std::size_t width = weights_->width;
  hidden_ = arena.take<float>(frames * width);
  // The convolutions are done when the layers begin.
  const std::size_t mark = arena.mark();
  stem_.place(arena, most_samples_);
  arena.rewind(mark);
  rows_ = arena.take<float>(frames * width);
  block_.place(arena);
  memory_ = attention_.place_memory(arena);
  // So is a layer's attention when its MLP begins.
  const std::size_t layer_mark = arena.mark();
  attention_.place(arena);
  arena.rewind(layer_mark);
  inner_ = arena.take<float>(kBlock * inner_width(*weights_));
  inner_block_.place(arena);
}

std::optional<Frames> MoonshineEncoder::encode(std::span<const float> samples, const std::atomic<bool>& stop) noexcept {
  samples = samples.first(std::min(samples.size(), most_samples_));
  frames_ = frames_of(samples.size());
  if (!stem_.run(samples, hidden_, stop)) return std::nullopt;
  for (const EncoderLayer& layer : weights_->layers)
    if (!attend(layer, stop) || !think(layer, stop)) return std::nullopt;
  for (std::size_t frame = 0; frame < frames_; ++frame) {
    float* const row = hidden_ + frame * weights_->width;
    kernels_->layer.layer_norm(row, weights_->norm.data(), weights_->width, row);
  }
  return Frames{.values = {hidden_, frames_ * weights_->width}, .width = weights_->width};
}

bool MoonshineEncoder::attend(const EncoderLayer& layer, const std::atomic<bool>& stop) noexcept {
  const std::size_t width = weights_->width;
  block_.take_apart(rows(hidden_, frames_), layer.attention_norm.data());
  if (!project(layer.attention.key, stop)) return false;
  rotary_.turn(kernels_->layer, rows_, frames_, 0);
  attention_.keep_keys(rows_, frames_, memory_);
  if (!project(layer.attention.value, stop)) return false;
  attention_.keep_values(rows_, frames_, memory_);
  if (!project(layer.attention.query, stop)) return false;
  rotary_.turn(kernels_->layer, rows_, frames_, 0);
  for (std::size_t begin = 0; begin < frames_; begin += kBlock) {
    if (stopped(stop)) return false;
    const std::size_t count = std::min(kBlock, frames_ - begin);
    float* const x = rows_ + begin * width;
    attention_.attend(memory_,
                      {.rows = x, .count = count, .frames = frames_, .out = x, .weights = nullptr, .share = 0});
    block_.take(rows(x, count));
    block_.multiply(0, count, layer.attention.out, layer.attention.out.bias_or_null(), simd::Finish::kAdd,
                    hidden_ + begin * width);
  }
  return true;
}

bool MoonshineEncoder::think(const EncoderLayer& layer, const std::atomic<bool>& stop) noexcept {
  const std::size_t inner = layer.mlp_in.weights.outputs;
  for (std::size_t begin = 0; begin < frames_; begin += kBlock) {
    if (stopped(stop)) return false;
    const std::size_t count = std::min(kBlock, frames_ - begin);
    float* const x = hidden_ + begin * weights_->width;
    block_.take_apart(rows(x, count), layer.mlp_norm.data());
    block_.multiply(0, count, layer.mlp_in, layer.mlp_in.bias_or_null(), simd::Finish::kGelu, inner_);
    inner_block_.take({.x = inner_, .width = inner, .stride = inner, .count = count});
    inner_block_.multiply(0, count, layer.mlp_out, layer.mlp_out.bias_or_null(), simd::Finish::kAdd, x);
  }
  return true;
}

ByteBlock::Rows MoonshineEncoder::rows(const float* x, std::size_t count) const noexcept {
  return {.x = x, .width = weights_->width, .stride = weights_->width, .count = count};
}

// All frames through a matrix, into rows_.
bool MoonshineEncoder::project(const Linear& linear, const std::atomic<bool>& stop) noexcept {
  // As much work as a block is inside the MLP.
  constexpr std::size_t kRows = 4 * kBlock;
  for (std::size_t begin = 0; begin < frames_; begin += kRows) {
    if (stopped(stop)) return false;
    block_.multiply(begin, std::min(kRows, frames_ - begin), linear, linear.bias_or_null(), simd::Finish::kStore,
                    rows_ + begin * weights_->width);
  }
  return true;
}

}  // namespace voicestand::nn
