#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <vector>

#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"
#include "voicestand/dsp/high_pass.h"
#include "voicestand/dsp/resampler.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::dsp {

// From what a device or file delivers to what the rest listens to: non-finite samples become 0, channels become one by
// their mean, the rate becomes 16 kHz, and what lies below speech (offset, rumble) goes. The gain stays 1.
class Conditioner {
 public:
  // Louder samples than this (full scale is 1) are damage; they are limited to it.
  static constexpr float kMaxMagnitude = simd::ConvertKernels::kMaxMagnitude;

  // Thread: any. Real-time: no, allocates all that is ever needed. 8 to 192 kHz, 1 to 8 channels; blocks of up to
  // `max_block_frames` are worked on in one piece, longer ones in several. Errors: kBadAudio.
  [[nodiscard]] static Result<Conditioner> create(int sample_rate_hz, int channels, std::size_t max_block_frames,
                                                  const simd::Kernels& kernels = simd::kernels());

  // Thread: one. Real-time: yes, bounded by the block. `interleaved` is a whole number of frames and is taken wholly;
  // returns the samples written to `out_16k`, which has room for max_output(frames). How the stream is cut into blocks
  // never changes a bit of the output.
  std::size_t process(std::span<const float> interleaved, std::span<float> out_16k) noexcept VS_REALTIME;

  // Thread: as process(). Real-time: yes. At the end of input: what the resampler still holds, at most
  // max_flush_output() samples; then reset().
  std::size_t flush(std::span<float> out_16k) noexcept VS_REALTIME;

  // Thread: as process(). Real-time: yes. Forgets everything heard (after a gap in the audio).
  void reset() noexcept VS_REALTIME;

  // Thread: any. Real-time: yes.
  [[nodiscard]] std::size_t max_output(std::size_t frames) const noexcept VS_REALTIME {
    return resampler_.max_output(frames);
  }
  [[nodiscard]] std::size_t max_flush_output() const noexcept VS_REALTIME { return resampler_.max_flush_output(); }
  // Output sample k stands for the input's instant k / 16 kHz - group_delay().
  [[nodiscard]] std::chrono::nanoseconds group_delay() const noexcept VS_REALTIME { return resampler_.group_delay(); }
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

 private:
  Conditioner(Resampler resampler, std::size_t channels, std::size_t chunk_frames, const simd::Kernels& kernels);

  const simd::ConvertKernels* kernels_;
  std::size_t channels_;
  // The processing thread's.
  Resampler resampler_;
  HighPass high_pass_;
  std::vector<float> mono_;  // one chunk
};

}  // namespace voicestand::dsp
