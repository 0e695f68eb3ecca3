#include "voicestand/dsp/conditioner.h"

#include <algorithm>
#include <string>
#include <utility>

#include "voicestand/dsp/sample_rate.h"

namespace voicestand::dsp {
namespace {

constexpr std::size_t kMaxChunkFrames = 4096;

}  // namespace

Result<Conditioner> Conditioner::create(int sample_rate_hz, int channels, std::size_t max_block_frames,
                                        const simd::Kernels& kernels) {
  if (channels < 1 || channels > kMaxInputChannels) {
    return fail(Errc::kBadAudio, "audio of " + std::to_string(channels) + " channels is not supported", {},
                "mix it down to 1 to 8 channels");
  }
  const std::size_t chunk_frames = std::clamp<std::size_t>(max_block_frames, 1, kMaxChunkFrames);
  Result<Resampler> resampler = Resampler::create(sample_rate_hz, chunk_frames, kernels);
  if (!resampler) return std::unexpected(std::move(resampler).error());
  return Conditioner(*std::move(resampler), static_cast<std::size_t>(channels), chunk_frames, kernels);
}

Conditioner::Conditioner(Resampler resampler, std::size_t channels, std::size_t chunk_frames,
                         const simd::Kernels& kernels)
    : kernels_(&kernels.convert),
      channels_(channels),
      resampler_(std::move(resampler)),
      high_pass_(kernels),
      mono_(chunk_frames) {}

std::size_t Conditioner::process(std::span<const float> interleaved, std::span<float> out_16k) noexcept {
  std::size_t written = 0;
  const float* in = interleaved.data();
  for (std::size_t left = interleaved.size() / channels_; left > 0;) {
    const std::span<float> mono(mono_.data(), std::min(left, mono_.size()));
    kernels_->f32(in, channels_, mono.size(), 1.0F, mono.data());
    written += resampler_.process(mono, out_16k.subspan(written));
    in += mono.size() * channels_;
    left -= mono.size();
  }
  high_pass_.process(out_16k.first(written));
  return written;
}

std::size_t Conditioner::flush(std::span<float> out_16k) noexcept {
  const std::size_t written = resampler_.flush(out_16k);
  high_pass_.process(out_16k.first(written));
  high_pass_.reset();
  return written;
}

void Conditioner::reset() noexcept {
  resampler_.reset();
  high_pass_.reset();
}

std::size_t Conditioner::memory_bytes() const noexcept {
  return resampler_.memory_bytes() + mono_.capacity() * sizeof(float);
}

}  // namespace voicestand::dsp
