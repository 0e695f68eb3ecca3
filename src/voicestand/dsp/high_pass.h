#pragma once

#include <span>

#include "voicestand/base/realtime.h"

namespace voicestand::dsp {

// Takes away a constant offset and what rumbles below speech: a Butterworth high-pass of second order at 16 kHz, in
// place.
class HighPass {
 public:
  static constexpr double kCornerHz = 30;

  HighPass() noexcept;

  // Thread: one. Real-time: yes, bounded. 16 kHz mono, finite.
  void process(std::span<float> samples) noexcept VS_REALTIME;
  // Thread: as process(). Real-time: yes.
  void reset() noexcept VS_REALTIME { s1_ = s2_ = 0; }

 private:
  // Direct form 2 transposed, in double: the poles lie within 1 % of the unit circle.
  double b0_;
  double b1_;
  double b2_;
  double a1_;
  double a2_;
  double s1_ = 0;
  double s2_ = 0;
};

}  // namespace voicestand::dsp
