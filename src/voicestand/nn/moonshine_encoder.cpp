#include "voicestand/nn/moonshine_encoder.h"

#include <algorithm>

namespace voicestand::nn {
namespace {

// Rows that pass through a matrix at once: enough for repacking its weights to cost little, few enough for `stop` to be
// looked at often and for what lies between two matrices to stay in the cache.
constexpr std::size_t kBlock = 128;

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
                 kernels) {}

void MoonshineEncoder::place(Arena& arena) {
  const std::size_t frames = frames_of(most_samples_);
  const std::size_t width = weights_->width;
  std::size_t inner = 0;
  for (const EncoderLayer& layer : weights_->layers) inner = std::max(inner, layer.mlp_in.weights.outputs);
  hidden_ = arena.take<float>(frames * width);
  // The convolutions are done when the layers begin.
  const std::size_t mark = arena.mark();
  stem_.place(arena, most_samples_);
  arena.rewind(mark);
  rows_ = arena.take<float>(frames * width);
  normed_ = arena.take<float>(width);
  bytes_ = arena.take<std::uint8_t>(frames * width);
  scales_ = arena.take<simd::ByteScale>(frames);
  scratch_ = arena.take<unsigned char>(simd::multiply_scratch_bytes(std::max(width, inner)));
  memory_ = attention_.place_memory(arena);
  // So is a layer's attention when its MLP begins.
  const std::size_t layer_mark = arena.mark();
  attention_.place(arena);
  arena.rewind(layer_mark);
  inner_ = arena.take<float>(kBlock * inner);
  inner_bytes_ = arena.take<std::uint8_t>(kBlock * inner);
  inner_scales_ = arena.take<simd::ByteScale>(kBlock);
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
  quantise(hidden_, frames_, layer.attention_norm.data());
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
    float* const rows = rows_ + begin * width;
    attention_.attend(memory_,
                      {.rows = rows, .count = count, .frames = frames_, .out = rows, .weights = nullptr, .share = 0});
    quantise(rows, count, nullptr);
    multiply(layer.attention.out, count, simd::Finish::kAdd, hidden_ + begin * width);
  }
  return true;
}

bool MoonshineEncoder::think(const EncoderLayer& layer, const std::atomic<bool>& stop) noexcept {
  const std::size_t inner = layer.mlp_in.weights.outputs;
  for (std::size_t begin = 0; begin < frames_; begin += kBlock) {
    if (stopped(stop)) return false;
    const std::size_t count = std::min(kBlock, frames_ - begin);
    float* const rows = hidden_ + begin * weights_->width;
    quantise(rows, count, layer.mlp_norm.data());
    multiply(layer.mlp_in, count, simd::Finish::kGelu, inner_);
    for (std::size_t row = 0; row < count; ++row)
      inner_scales_[row] = kernels_->matrix.quantise(inner_ + row * inner, inner, inner_bytes_ + row * inner);
    kernels_->matrix.multiply(layer.mlp_out.weights,
                              {.bytes = inner_bytes_, .stride = inner, .scales = inner_scales_, .count = count},
                              layer.mlp_out.bias_or_null(), simd::Finish::kAdd, rows, weights_->width, scratch_);
  }
  return true;
}

// The rows' bytes into bytes_, by way of a layer norm where `norm` is given.
void MoonshineEncoder::quantise(const float* rows, std::size_t count, const float* norm) noexcept {
  const std::size_t width = weights_->width;
  for (std::size_t row = 0; row < count; ++row) {
    const float* x = rows + row * width;
    if (norm != nullptr) {
      kernels_->layer.layer_norm(x, norm, width, normed_);
      x = normed_;
    }
    scales_[row] = kernels_->matrix.quantise(x, width, bytes_ + row * width);
  }
}

void MoonshineEncoder::multiply(const Linear& linear, std::size_t count, simd::Finish finish, float* y) noexcept {
  kernels_->matrix.multiply(linear.weights,
                            {.bytes = bytes_, .stride = weights_->width, .scales = scales_, .count = count},
                            linear.bias_or_null(), finish, y, linear.weights.outputs, scratch_);
}

// All frames' bytes through a matrix, into rows_.
bool MoonshineEncoder::project(const Linear& linear, const std::atomic<bool>& stop) noexcept {
  // As much work as a block is inside the MLP.
  constexpr std::size_t kRows = 4 * kBlock;
  const std::size_t width = weights_->width;
  for (std::size_t begin = 0; begin < frames_; begin += kRows) {
    if (stopped(stop)) return false;
    kernels_->matrix.multiply(linear.weights,
                              {.bytes = bytes_ + begin * width,
                               .stride = width,
                               .scales = scales_ + begin,
                               .count = std::min(kRows, frames_ - begin)},
                              linear.bias_or_null(), simd::Finish::kStore, rows_ + begin * width, width, scratch_);
  }
  return true;
}

}  // namespace voicestand::nn
