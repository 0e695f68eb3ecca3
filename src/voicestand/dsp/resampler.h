#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"
#include "voicestand/dsp/low_pass.h"
#include "voicestand/dsp/sample_rate.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::dsp {

// Brings one channel of any rate from 8 to 192 kHz to 16 kHz: a polyphase filter at the exact ratio of the two rates.
// 16 kHz passes through bit for bit. How the stream is cut into blocks never changes a bit of the output.
class Resampler {
 public:
  // From 16 kHz up: flat to kPassHz, and nothing above kStopHz comes through, so nothing folds back below kPassHz.
  static constexpr double kPassHz = LowPass::kPassHz;
  static constexpr double kStopHz = LowPass::kStopHz;
  static_assert(kPassHz + kStopHz == kOutputRateHz);
  // Below 16 kHz the same around half the input's rate.
  static constexpr double kPassOfInputRate = kPassHz / kOutputRateHz;
  static constexpr double kMaxGroupDelayS = 0.001;
  static_assert(LowPass::kSupportS / 2 < kMaxGroupDelayS);

  // Thread: any. Real-time: no, allocates all that is ever needed (at most kMaxTableTaps coefficients).
  // Blocks of up to `max_block_frames` are worked on in one piece, longer ones in several. Errors: kBadAudio.
  [[nodiscard]] static Result<Resampler> create(int input_rate_hz, std::size_t max_block_frames,
                                                const simd::Kernels& kernels = simd::kernels());

  // Thread: one. Real-time: yes, bounded by the block. Takes all of `in`; returns the samples written to `out`, which
  // has room for max_output(in.size()). A shorter `out` loses what does not fit.
  std::size_t process(std::span<const float> in, std::span<float> out) noexcept VS_REALTIME;

  // Thread: as process(). Real-time: yes. The last samples that are still inside the filter, then reset(). At most
  // max_flush_output() samples.
  std::size_t flush(std::span<float> out) noexcept VS_REALTIME;

  // Thread: as process(). Real-time: yes. Forgets everything heard.
  void reset() noexcept VS_REALTIME;

  // Thread: any. Real-time: yes.
  [[nodiscard]] std::size_t max_output(std::size_t frames) const noexcept VS_REALTIME;
  [[nodiscard]] std::size_t max_flush_output() const noexcept VS_REALTIME { return max_output(flush_frames_); }
  // Output sample k stands for the input's instant k / 16 kHz - group_delay().
  [[nodiscard]] std::chrono::nanoseconds group_delay() const noexcept VS_REALTIME { return group_delay_; }
  [[nodiscard]] int input_rate_hz() const noexcept VS_REALTIME { return input_rate_hz_; }
  // Bytes of coefficients and history.
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

 private:
  // A ratio that would need a larger table of exact phases uses fewer phases and interpolates between neighbours.
  static constexpr std::size_t kMaxTableTaps = 64 * 1024;
  // Steps a second of the interpolated table: linear interpolation of an 8 kHz band then errs by
  // (2 pi 8000 / kTableRateHz)^2 / 8, which lies 100 dB down.
  static constexpr double kTableRateHz = 8'000'000;
  // Rows are padded to a multiple of this: what FilterKernels::fir() asks for.
  static constexpr std::size_t kLanes = 8;
  // Outputs that are computed at a time.
  static constexpr std::size_t kBatch = 64;

  explicit Resampler(const simd::FilterKernels& kernels) : kernels_(&kernels) {}
  std::size_t process_chunk(std::span<const float> in, std::span<float> out) noexcept VS_REALTIME;
  // Gives `take` the oldest sample and the phase of up to `most` outputs whose newest sample lies before `end` in the
  // chunk; returns how many.
  template <typename Take>
  std::size_t step(std::size_t end, std::size_t most, Take take) noexcept VS_REALTIME;
  // These outputs, as many as there are: where all phases are one, where each has a row of taps, and where not.
  std::size_t decimate(std::size_t end, std::size_t most, float* out) noexcept VS_REALTIME;
  std::size_t next_batch(std::size_t end, std::size_t most, float* out) noexcept VS_REALTIME;
  std::size_t next_interpolated_batch(std::size_t end, std::size_t most, float* out) noexcept VS_REALTIME;

  // Set by create().
  const simd::FilterKernels* kernels_;
  int input_rate_hz_ = kOutputRateHz;
  std::uint32_t up_ = 1;           // output rate / gcd
  std::uint32_t down_ = 1;         // input rate / gcd
  std::size_t row_taps_ = 0;       // padded; 0: pass through
  std::uint32_t rows_ = 0;         // phases in the table; up_ unless interpolated
  std::uint32_t step_inputs_ = 0;  // from one output to the next: down_ / up_
  std::uint32_t step_phase_ = 0;   // and down_ % up_
  std::size_t chunk_frames_ = 0;
  std::size_t flush_frames_ = 0;
  std::chrono::nanoseconds group_delay_{};
  std::vector<float> table_;  // rows_ (+ 1 when interpolated) rows, oldest sample's tap first

  // The processing thread's.
  std::vector<float> buffer_;   // row_taps_ - 1 samples of history, then the chunk
  std::size_t next_input_ = 0;  // newest sample that the next output needs, counted from the chunk's first
  std::uint32_t phase_ = 0;     // in steps of 1 / up_ input samples past it
};

}  // namespace voicestand::dsp
