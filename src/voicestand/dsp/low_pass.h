#pragma once

namespace voicestand::dsp {

// A low-pass filter as a continuous impulse response for a signal that goes to 16 kHz: it passes what lies below
// kPassHz and stops what lies above kStopHz. Symmetric, unity at 0 Hz, nothing beyond its ends, where it comes to zero.
// Sampling it at any grid gives the taps of one phase.
//
// A sum of cosines over the support, their weights such that the largest error of each band is as small as it can be:
// a third shorter than a windowed sinc of the same stop band, which could not but be as exact in its pass band.
// Source: C. L. Lawson's iteration of weighted least squares, as tools/design_low_pass.py does it.
class LowPass {
 public:
  static constexpr double kPassHz = 7'000;
  static constexpr double kStopHz = 9'000;
  static constexpr double kRippleDb = 0.06;
  static constexpr double kStopBandDb = 84;
  static constexpr double kSupportS = 87.0 / 48'000;

  // Thread: any. Real-time: yes. The response at `t_s` from the centre, per second.
  [[nodiscard]] static double at(double t_s) noexcept;
};

}  // namespace voicestand::dsp
