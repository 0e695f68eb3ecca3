#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "voicestand/dsp/level_normaliser.h"
#include "voicestand/dsp/noise_floor.h"

namespace voicestand::bench::baseline {

struct Level {
  float peak_dbfs = 0;
  float rms_dbfs = 0;
};

// As dsp::measure_level. Thread: any.
[[nodiscard]] Level measure_level(std::span<const float> samples);

// The rules of dsp::LevelNormaliser, sample by sample. Thread: one.
class Normaliser {
 public:
  Normaliser();
  [[nodiscard]] std::vector<float> process(std::span<const float> in);

 private:
  static constexpr std::size_t kFrame = 160;

  void end_frame();

  std::vector<float> frame_;  // being heard
  std::array<float, 4> peaks_{};
  std::size_t frames_ = 0;
  dsp::NoiseFloor floor_;
  float peak_allows_db_ = dsp::LevelNormaliser::kStartGainDb;
  float floor_allows_db_ = dsp::LevelNormaliser::kStartGainDb;
  float factor_;
  float step_ = 0;
  float limit_ = 1;
};

}  // namespace voicestand::bench::baseline
