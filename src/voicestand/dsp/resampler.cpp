#include "voicestand/dsp/resampler.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>

namespace voicestand::dsp {
namespace {

constexpr std::size_t kMaxChunkFrames = 4096;

}  // namespace

Result<Resampler> Resampler::create(int input_rate_hz, std::size_t max_block_frames, const simd::Kernels& kernels) {
  if (input_rate_hz < kMinInputRateHz || input_rate_hz > kMaxInputRateHz) {
    return fail(Errc::kBadAudio, "a sample rate of " + std::to_string(input_rate_hz) + " Hz is not supported", {},
                "convert it to a rate from 8000 to 192000 Hz");
  }
  Resampler made(kernels.filter);
  made.input_rate_hz_ = input_rate_hz;
  made.chunk_frames_ = std::clamp<std::size_t>(max_block_frames, 1, kMaxChunkFrames);
  if (input_rate_hz == kOutputRateHz) return made;

  const int common = std::gcd(input_rate_hz, kOutputRateHz);
  made.up_ = static_cast<std::uint32_t>(kOutputRateHz / common);
  made.down_ = static_cast<std::uint32_t>(input_rate_hz / common);
  made.step_inputs_ = made.down_ / made.up_;
  made.step_phase_ = made.down_ % made.up_;
  // The filter is made for the lower of the two rates: an input below 16 kHz stretches it.
  const double stretched_rate_hz = std::max(input_rate_hz, kOutputRateHz);
  const auto taps = static_cast<std::size_t>(LowPass::kSupportS * stretched_rate_hz) + 1;
  made.row_taps_ = (taps + kLanes - 1) / kLanes * kLanes;
  made.rows_ = made.up_;
  const bool interpolated = made.up_ * made.row_taps_ > kMaxTableTaps;
  if (interpolated) made.rows_ = static_cast<std::uint32_t>(std::ceil(kTableRateHz / input_rate_hz));

  // The points of all rows together are one even grid; its middle is the filter's.
  const double delay_inputs = (static_cast<double>(taps) - (interpolated ? 0.0 : 1.0 / made.rows_)) / 2;
  const std::size_t table_rows = made.rows_ + (interpolated ? 1U : 0U);
  made.table_.assign(table_rows * made.row_taps_, 0.0F);
  std::vector<double> row(taps);
  for (std::size_t r = 0; r < table_rows; ++r) {
    for (std::size_t age = 0; age < taps; ++age) {
      const double inputs = static_cast<double>(age) + static_cast<double>(r) / made.rows_;
      row[age] = LowPass::at((inputs - delay_inputs) / stretched_rate_hz);
    }
    // Unity at 0 Hz in each phase by itself: no phase is louder than another.
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    float* const newest = made.table_.data() + (r + 1) * made.row_taps_ - 1;
    for (std::size_t age = 0; age < taps; ++age) *(newest - age) = static_cast<float>(row[age] / sum);
  }

  made.flush_frames_ = static_cast<std::size_t>(std::ceil(delay_inputs));
  made.group_delay_ = std::chrono::nanoseconds(std::llround(delay_inputs / input_rate_hz * 1e9));
  made.buffer_.assign(made.row_taps_ - 1 + made.chunk_frames_, 0.0F);
  return made;
}

template <typename Take>
std::size_t Resampler::step(std::size_t end, std::size_t most, Take take) noexcept {
  std::size_t input = next_input_;
  std::uint32_t phase = phase_;
  std::size_t count = 0;
  for (; count < most && input < end; ++count) {
    take(count, buffer_.data() + input, phase);
    input += step_inputs_;
    phase += step_phase_;
    if (phase >= up_) {
      phase -= up_;
      ++input;
    }
  }
  next_input_ = input;
  phase_ = phase;
  return count;
}

std::size_t Resampler::decimate(std::size_t end, std::size_t most, float* out) noexcept {
  if (next_input_ >= end) return 0;
  const std::size_t count = std::min((end - next_input_ - 1) / down_ + 1, most);
  kernels_->decimate(table_.data(), row_taps_, buffer_.data() + next_input_, down_, out, count);
  next_input_ += count * down_;
  return count;
}

std::size_t Resampler::next_batch(std::size_t end, std::size_t most, float* out) noexcept {
  std::array<simd::FirOutput, kBatch> outputs;
  const std::size_t count = step(end, most, [&](std::size_t i, const float* samples, std::uint32_t phase) noexcept {
    outputs[i] = {.taps = table_.data() + phase * row_taps_, .samples = samples};
  });
  kernels_->fir(outputs.data(), count, row_taps_, out);
  return count;
}

std::size_t Resampler::next_interpolated_batch(std::size_t end, std::size_t most, float* out) noexcept {
  std::array<simd::FirOutput, 2 * kBatch> neighbours{};  // of each output the row before its phase, and the one after
  std::array<float, kBatch> weights{};
  const std::size_t count = step(end, most, [&](std::size_t i, const float* samples, std::uint32_t phase) noexcept {
    const std::uint64_t scaled = std::uint64_t{phase} * rows_;
    const float* const row = table_.data() + scaled / up_ * row_taps_;
    neighbours[2 * i] = {.taps = row, .samples = samples};
    neighbours[2 * i + 1] = {.taps = row + row_taps_, .samples = samples};
    weights[i] = static_cast<float>(scaled % up_) / static_cast<float>(up_);
  });
  std::array<float, 2 * kBatch> values;
  kernels_->fir(neighbours.data(), 2 * count, row_taps_, values.data());
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = values[2 * i] + weights[i] * (values[2 * i + 1] - values[2 * i]);
  }
  return count;
}

std::size_t Resampler::process_chunk(std::span<const float> in, std::span<float> out) noexcept {
  const std::size_t history = row_taps_ - 1;
  float* const buffer = buffer_.data();
  std::copy_n(in.data(), in.size(), buffer + history);
  std::size_t written = 0;
  if (up_ == 1) written = decimate(in.size(), out.size(), out.data());
  while (next_input_ < in.size() && written < out.size()) {
    const std::size_t most = std::min(kBatch, out.size() - written);
    float* const at = out.data() + written;
    written += rows_ == up_ ? next_batch(in.size(), most, at) : next_interpolated_batch(in.size(), most, at);
  }
  step(in.size(), in.size() * up_, [](std::size_t, const float*, std::uint32_t) noexcept {});  // no room in `out`
  next_input_ -= in.size();
  std::copy_n(buffer + in.size(), history, buffer);
  return written;
}

std::size_t Resampler::process(std::span<const float> in, std::span<float> out) noexcept {
  if (row_taps_ == 0) {
    const std::size_t count = std::min(in.size(), out.size());
    std::copy_n(in.data(), count, out.data());
    return count;
  }
  std::size_t written = 0;
  while (!in.empty()) {
    const std::size_t frames = std::min(in.size(), chunk_frames_);
    written += process_chunk(in.first(frames), out.subspan(written));
    in = in.subspan(frames);
  }
  return written;
}

std::size_t Resampler::flush(std::span<float> out) noexcept {
  constexpr std::array<float, 64> kSilence{};
  std::size_t written = 0;
  for (std::size_t left = flush_frames_; left > 0;) {
    const std::size_t frames = std::min(left, kSilence.size());
    written += process(std::span(kSilence).first(frames), out.subspan(written));
    left -= frames;
  }
  reset();
  return written;
}

void Resampler::reset() noexcept {
  std::fill_n(buffer_.data(), buffer_.size(), 0.0F);
  next_input_ = 0;
  phase_ = 0;
}

std::size_t Resampler::max_output(std::size_t frames) const noexcept {
  return (frames * up_ + down_ - 1) / down_;
}

std::size_t Resampler::memory_bytes() const noexcept {
  return (table_.capacity() + buffer_.capacity()) * sizeof(float);
}

}  // namespace voicestand::dsp
