#include "voicestand/dsp/kaiser_low_pass.h"

#include <cmath>

namespace voicestand::dsp {
namespace {

// The modified Bessel function of the first kind and order zero, by its power series.
double bessel_i0(double x) noexcept {
  const double quarter_square = x * x / 4;
  double term = 1;
  double sum = 1;
  for (int k = 1; term > sum * 1e-17; ++k) {
    term *= quarter_square / (static_cast<double>(k) * k);
    sum += term;
  }
  return sum;
}

}  // namespace

KaiserLowPass::KaiserLowPass(double pass_hz, double stop_hz, double stop_band_db) noexcept
    : cutoff_hz_((pass_hz + stop_hz) / 2),
      beta_(0.1102 * (stop_band_db - 8.7)),  // Kaiser's rule for more than 50 dB
      support_s_(support_for(stop_band_db, stop_hz - pass_hz)) {}

KaiserLowPass KaiserLowPass::with_support(double support_s) const noexcept {
  KaiserLowPass other = *this;
  other.support_s_ = support_s;
  return other;
}

double KaiserLowPass::at(double t_s) const noexcept {
  const double from_centre_s = t_s - support_s_ / 2;
  const double place = 2 * from_centre_s / support_s_;
  const double inside = 1 - place * place;
  if (inside < -1e-9) return 0;
  const double window = bessel_i0(beta_ * std::sqrt(inside > 0 ? inside : 0)) / bessel_i0(beta_);
  const double angle = 2 * std::numbers::pi * cutoff_hz_ * from_centre_s;
  const double sinc = std::abs(angle) < 1e-9 ? 1 : std::sin(angle) / angle;
  return 2 * cutoff_hz_ * sinc * window;
}

}  // namespace voicestand::dsp
