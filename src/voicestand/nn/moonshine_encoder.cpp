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

}  // namespace

Result<MoonshineEncoder> MoonshineEncoder::create(const EncoderWeights& weights, std::size_t most_samples,
                                                  const simd::Kernels& kernels, rt::Team* team) {
  MoonshineEncoder encoder(weights, most_samples, kernels, team);
  const std::size_t frames = encoder.frames_of(most_samples);
  if (frames == 0) return fail(Errc::kUsage, "so few samples give no frame to recognise");
  if (frames > simd::kMostInputs) return fail(Errc::kUsage, "more samples than can be recognised in one piece");
  encoder.place(encoder.arena_);
  encoder.arena_ = Arena(encoder.arena_.bytes());
  encoder.place(encoder.arena_);
  return encoder;
}

MoonshineEncoder::MoonshineEncoder(const EncoderWeights& weights, std::size_t most_samples,
                                   const simd::Kernels& kernels, rt::Team* team)
    : weights_(&weights),
      kernels_(&kernels),
      team_(team),
      most_samples_(most_samples),
      stem_(weights, members_of(team), kernels),
      rotary_({.count = weights.heads, .width = weights.width / weights.heads}, weights.rotary,
              std::min(frames_of(most_samples), simd::kMostInputs)),
      attentions_(members_of(team), ByteAttention({.heads = weights.heads,
                                                   .head_width = weights.width / weights.heads,
                                                   .most_frames = frames_of(most_samples),
                                                   .most_rows = kBlock},
                                                  kernels)),
      block_({.rows = frames_of(most_samples), .width = weights.width, .apart = kApart, .members = members_of(team)},
             kernels),
      inner_block_(
          {.rows = members_of(team) * kBlock, .width = inner_width(weights), .apart = 0, .members = members_of(team)},
          kernels) {}

void MoonshineEncoder::place(Arena& arena) {
  const std::size_t frames = frames_of(most_samples_);
  const std::size_t width = weights_->width;
  hidden_ = arena.take<float>(frames * width);
  stem_.place_kept(arena, most_samples_);
  // The convolutions are done when the layers begin.
  const std::size_t mark = arena.mark();
  stem_.place(arena);
  arena.rewind(mark);
  rows_ = arena.take<float>(frames * width);
  block_.place(arena);
  memory_ = attentions_.front().place_memory(arena);
  // So is a layer's attention when its MLP begins.
  const std::size_t layer_mark = arena.mark();
  for (ByteAttention& attention : attentions_) attention.place(arena);
  arena.rewind(layer_mark);
  inner_ = arena.take<float>(members_of(team_) * kBlock * inner_width(*weights_));
  inner_block_.place(arena);
}

std::optional<Frames> MoonshineEncoder::encode(std::span<const float> samples, const std::atomic<bool>& stop) noexcept {
  const SharedWork share(team_, stop);
  samples = samples.first(std::min(samples.size(), most_samples_));
  frames_ = frames_of(samples.size());
  if (frames_ == 0) return Frames{.values = {}, .width = weights_->width};
  if (!stem_.run(samples, hidden_, share)) return std::nullopt;
  for (const EncoderLayer& layer : weights_->layers)
    if (!attend(layer, share) || !think(layer, share)) return std::nullopt;
  for (std::size_t frame = 0; frame < frames_; ++frame) {
    float* const row = hidden_ + frame * weights_->width;
    kernels_->layer.layer_norm(row, weights_->norm.data(), weights_->width, row);
  }
  return Frames{.values = {hidden_, frames_ * weights_->width}, .width = weights_->width};
}

// All frames in blocks of nearly the same size, at most `most`; as many for each member.
template <typename Work>
bool MoonshineEncoder::share_frames(std::size_t most, const SharedWork& share, const Work& work) const noexcept {
  const std::size_t members = members_of(team_);
  const std::size_t blocks = (frames_ + members * most - 1) / (members * most) * members;
  return share.share(blocks, [&](std::size_t block, std::size_t member) noexcept {
    const std::size_t begin = block * frames_ / blocks;
    work(Block{.begin = begin, .count = (block + 1) * frames_ / blocks - begin}, member);
  });
}

bool MoonshineEncoder::attend(const EncoderLayer& layer, const SharedWork& share) noexcept {
  const Attention& attention = layer.attention;
  const std::size_t width = weights_->width;
  block_.begin(width, ByteBlock::Loudest::kApart);
  const auto norm = [&](Block block, std::size_t member) noexcept {
    block_.take(block.begin, rows(hidden_ + block.begin * width, block.count), layer.attention_norm.data(), member);
  };
  const auto keep_keys = [&](std::size_t head, std::size_t member) noexcept {
    attentions_[member].keep_keys(rows_, frames_, head, memory_);
  };
  const auto keep_values = [&](std::size_t head, std::size_t member) noexcept {
    attentions_[member].keep_values(rows_, frames_, head, memory_);
  };
  if (!share_frames(frames_, share, norm)) return false;
  if (!project(attention.key, Turned::kYes, share) || !share.share(weights_->heads, keep_keys)) return false;
  if (!project(attention.value, Turned::kNo, share) || !share.share(weights_->heads, keep_values)) return false;
  if (!project(attention.query, Turned::kYes, share)) return false;
  block_.begin(width, ByteBlock::Loudest::kInBytes);
  return share_frames(kBlock, share, [&](Block block, std::size_t member) noexcept {
    float* const x = rows_ + block.begin * width;
    attentions_[member].attend(
        memory_, {.rows = x, .count = block.count, .frames = frames_, .out = x, .weights = nullptr, .share = 0});
    block_.take(block.begin, rows(x, block.count), nullptr, member);
    block_.multiply(block.begin, block.count,
                    {.linear = attention.out,
                     .bias = attention.out.bias_or_null(),
                     .finish = simd::Finish::kAdd,
                     .y = hidden_ + block.begin * width},
                    member);
  });
}

bool MoonshineEncoder::think(const EncoderLayer& layer, const SharedWork& share) noexcept {
  const std::size_t inner = layer.mlp_in.weights.outputs;
  block_.begin(weights_->width, ByteBlock::Loudest::kApart);
  inner_block_.begin(inner, ByteBlock::Loudest::kInBytes);
  return share_frames(kBlock, share, [&](Block block, std::size_t member) noexcept {
    float* const x = hidden_ + block.begin * weights_->width;
    float* const y = inner_ + member * kBlock * inner_width(*weights_);
    block_.take(block.begin, rows(x, block.count), layer.mlp_norm.data(), member);
    block_.multiply(
        block.begin, block.count,
        {.linear = layer.mlp_in, .bias = layer.mlp_in.bias_or_null(), .finish = simd::Finish::kGelu, .y = y}, member);
    inner_block_.take(member * kBlock, {.x = y, .stride = inner, .count = block.count}, nullptr, member);
    inner_block_.multiply(
        member * kBlock, block.count,
        {.linear = layer.mlp_out, .bias = layer.mlp_out.bias_or_null(), .finish = simd::Finish::kAdd, .y = x}, member);
  });
}

ByteBlock::Rows MoonshineEncoder::rows(const float* x, std::size_t count) const noexcept {
  return {.x = x, .stride = weights_->width, .count = count};
}

// All frames through a matrix, into rows_.
bool MoonshineEncoder::project(const Linear& linear, Turned turned, const SharedWork& share) noexcept {
  // As much work as a block is inside the MLP.
  constexpr std::size_t kMost = 4 * kBlock;
  return share_frames(kMost, share, [&](Block block, std::size_t member) noexcept {
    float* const y = rows_ + block.begin * weights_->width;
    block_.multiply(block.begin, block.count,
                    {.linear = linear, .bias = linear.bias_or_null(), .finish = simd::Finish::kStore, .y = y}, member);
    if (turned == Turned::kYes) rotary_.turn(kernels_->layer, y, block.count, block.begin);
  });
}

}  // namespace voicestand::nn
