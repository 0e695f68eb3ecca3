#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "voicestand/audio/audio_format.h"

namespace voicestand::bench::baseline {

// What dsp::Conditioner does, in plain loops: unsound samples become 0, channels become one, the rate becomes 16 kHz,
// what rumbles goes. The filters are the same. Thread: one.
class Conditioner {
 public:
  // The rate is a multiple of 16 kHz.
  explicit Conditioner(audio::AudioFormat format);

  // Interleaved in, mono 16 kHz out, in a heap block of its own.
  [[nodiscard]] std::vector<float> process(std::span<const float> interleaved);
  // What the resampler still holds.
  [[nodiscard]] std::vector<float> flush();

 private:
  void high_pass(std::vector<float>& samples);

  std::size_t channels_;
  std::size_t down_;          // input samples for each output sample
  std::size_t flush_frames_;  // that bring out what the filter holds
  std::vector<float> taps_;   // oldest sample's first
  std::vector<float> held_;   // what the next outputs still need, oldest first
  std::size_t next_ = 0;      // of held_, the newest sample that the next output needs

  double b0_;
  double a1_;
  double a2_;
  double s1_ = 0;
  double s2_ = 0;
};

}  // namespace voicestand::bench::baseline
