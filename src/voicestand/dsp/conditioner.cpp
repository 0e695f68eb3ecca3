#include "voicestand/dsp/conditioner.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <utility>

#include "voicestand/dsp/sample_rate.h"

namespace voicestand::dsp {
namespace {

constexpr std::size_t kMaxChunkFrames = 4096;

// NaN and infinities are those whose exponent bits are all set; asking the bits holds under any compiler option.
// Selections instead of branches, so that the compiler can use vectors.
float sane(float sample) noexcept {
  constexpr std::uint32_t kExponent = 0x7F80'0000U;
  const bool finite = (std::bit_cast<std::uint32_t>(sample) & kExponent) != kExponent;
  const float known = finite ? sample : 0.0F;
  const float above = known < -Conditioner::kMaxMagnitude ? -Conditioner::kMaxMagnitude : known;
  return above > Conditioner::kMaxMagnitude ? Conditioner::kMaxMagnitude : above;
}

// `Channels` 0: known at run time alone.
template <std::size_t Channels>
void mix_down_as(const float* interleaved, std::size_t channels, std::span<float> mono) noexcept {
  const std::size_t stride = Channels == 0 ? channels : Channels;
  const float share = 1.0F / static_cast<float>(stride);
  for (std::size_t frame = 0; frame < mono.size(); ++frame) {
    float sum = 0;
    for (std::size_t channel = 0; channel < stride; ++channel) sum += sane(interleaved[frame * stride + channel]);
    mono[frame] = sum * share;
  }
}

void mix_down(const float* interleaved, std::size_t channels, std::span<float> mono) noexcept {
  if (channels == 1) return mix_down_as<1>(interleaved, channels, mono);
  if (channels == 2) return mix_down_as<2>(interleaved, channels, mono);
  mix_down_as<0>(interleaved, channels, mono);
}

}  // namespace

Result<Conditioner> Conditioner::create(int sample_rate_hz, int channels, std::size_t max_block_frames) {
  if (channels < 1 || channels > kMaxInputChannels) {
    return fail(Errc::kBadAudio, "audio of " + std::to_string(channels) + " channels is not supported", {},
                "mix it down to 1 to 8 channels");
  }
  const std::size_t chunk_frames = std::clamp<std::size_t>(max_block_frames, 1, kMaxChunkFrames);
  Result<Resampler> resampler = Resampler::create(sample_rate_hz, chunk_frames);
  if (!resampler) return std::unexpected(std::move(resampler).error());
  return Conditioner(*std::move(resampler), static_cast<std::size_t>(channels), chunk_frames);
}

Conditioner::Conditioner(Resampler resampler, std::size_t channels, std::size_t chunk_frames)
    : channels_(channels), resampler_(std::move(resampler)), mono_(chunk_frames) {}

std::size_t Conditioner::process(std::span<const float> interleaved, std::span<float> out_16k) noexcept {
  std::size_t written = 0;
  const float* in = interleaved.data();
  for (std::size_t left = interleaved.size() / channels_; left > 0;) {
    const std::span<float> mono(mono_.data(), std::min(left, mono_.size()));
    mix_down(in, channels_, mono);
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
