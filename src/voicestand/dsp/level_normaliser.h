#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "voicestand/base/realtime.h"
#include "voicestand/dsp/noise_floor.h"
#include "voicestand/dsp/sample_rate.h"

namespace voicestand::dsp {

// A slow automatic gain for voice detection alone, so that whispering into a far microphone is found like loud speech.
// The gain is what three rules leave: speech peaks come to about kPeakDbfs, the tracked noise floor stays at or below
// kFloorDbfs, and 0 to kMaxGainDb. It falls at once when a louder sound lasts for some 30 ms, and rises slowly; a click
// is too short to move it. What comes before it has moved is limited sample by sample, so nothing exceeds full scale.
class LevelNormaliser {
 public:
  static constexpr float kMaxGainDb = 48;
  static constexpr float kStartGainDb = 40;  // until anything is heard: short clips begin with speech
  static constexpr float kPeakDbfs = -10;
  static constexpr float kFloorDbfs = -50;
  static constexpr float kRiseDbPerS = 6;
  static constexpr float kFloorFallDbPerS = 20;

  // The following: Thread: one. Real-time: yes, wait-free.

  // 16 kHz mono, finite; `out` is as long as `in` and may be the same memory. How the stream is cut into blocks does
  // not matter to the output.
  void process(std::span<const float> in, std::span<float> out) noexcept VS_REALTIME;

  // What it amplifies by now, the limiting of single samples apart.
  [[nodiscard]] float gain_db() const noexcept VS_REALTIME { return gain_db_; }

  // Forgets everything heard: as at the start.
  void reset() noexcept VS_REALTIME { *this = LevelNormaliser(); }

 private:
  static constexpr std::size_t kFrameSamples = kOutputRateHz / NoiseFloor::kFramesPerSecond;
  static constexpr std::size_t kSustainFrames = 4;

  void end_frame() noexcept VS_REALTIME;
  [[nodiscard]] float limited(float sample) noexcept VS_REALTIME;

  // The frame being heard.
  std::size_t frame_at_ = 0;
  float frame_peak_ = 0;
  float frame_energy_ = 0;

  // What was heard before it.
  NoiseFloor floor_;
  std::array<float, kSustainFrames> recent_peaks_{};  // the newest frames', in a ring
  std::size_t frames_ = 0;

  // The gain, and what each rule allows.
  float peak_allows_db_ = kStartGainDb;
  float floor_allows_db_ = kStartGainDb;
  float gain_db_ = kStartGainDb;
  static_assert(kStartGainDb == 40);
  float factor_ = 100;  // kStartGainDb; moves to gain_db_ in the course of a frame
  float factor_step_ = 0;
  float limit_ = 1;  // of single samples
};

}  // namespace voicestand::dsp
