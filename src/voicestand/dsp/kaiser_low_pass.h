#pragma once

#include <numbers>

namespace voicestand::dsp {

// A low-pass filter as a continuous impulse response: a sinc under a Kaiser window, symmetric about support_s() / 2,
// unity at 0 Hz. Sampling it at any grid gives the taps of one phase.
// Source: J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974.
class KaiserLowPass {
 public:
  // Thread: any. Real-time: no. Falls from pass to stop between `pass_hz` and `stop_hz`.
  KaiserLowPass(double pass_hz, double stop_hz, double stop_band_db) noexcept;

  // The same with the support stretched or shrunk to `support_s`, as rounding to whole taps needs it.
  [[nodiscard]] KaiserLowPass with_support(double support_s) const noexcept;

  // The length that keeps the promise of `stop_band_db` over a transition of `width_hz`.
  [[nodiscard]] static constexpr double support_for(double stop_band_db, double width_hz) noexcept {
    return (stop_band_db - 7.95) / (2.285 * 2 * std::numbers::pi * width_hz);
  }

  [[nodiscard]] double support_s() const noexcept { return support_s_; }

  // The response at `t_s` in [0, support_s()], per second; 0 outside.
  [[nodiscard]] double at(double t_s) const noexcept;

 private:
  double cutoff_hz_;
  double beta_;
  double support_s_;
};

}  // namespace voicestand::dsp
