#include "bench/html/scale.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

namespace voicestand::bench::html {
namespace {

constexpr double kMargin = 0.04;  // beyond either end
constexpr double kManyTimes = 8;  // from where logarithms show more
constexpr double kTicksWanted = 5;

// 1, 2 or 5 times a power of ten.
double round_step(double range) {
  const double raw = range / kTicksWanted;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  const double digit = raw / power;
  return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
}

// As many digits as tell neighbours apart.
std::string text_of(double value, double step) {
  if (std::abs(value) < step / 1e3) return "0";
  if (std::abs(value) >= 1e7 || std::abs(value) < 1e-4) return fmt::format("{:.3g}", value);
  const auto decimals = static_cast<int>(std::clamp(-std::floor(std::log10(step) + 1e-9), 0.0, 9.0));
  return fmt::format("{:.{}f}", value, decimals);
}

}  // namespace

Scale Scale::linear(double low, double high) {
  if (!(high > low)) {
    const double room = std::max(std::abs(low) * 0.01, 1e-12);
    return {low - room, high + room, false};
  }
  const double room = (high - low) * kMargin;
  return {low - room, high + room, false};
}

Scale Scale::from_zero(double high) {
  return {0, high > 0 ? high * (1 + kMargin) : 1, false};
}

Scale Scale::spanning(double low, double high) {
  if (!(low > 0) || high < low * kManyTimes) return linear(low, high);
  const double room = std::pow(high / low, kMargin);
  return {low / room, high * room, true};
}

double Scale::share_of(double value) const noexcept {
  const double share =
      logarithmic_ ? std::log(std::max(value, low_) / low_) / std::log(high_ / low_) : (value - low_) / (high_ - low_);
  return std::clamp(share, 0.0, 1.0);
}

std::vector<Scale::Tick> Scale::ticks() const {
  std::vector<Tick> ticks;
  if (logarithmic_) {
    const bool few = high_ / low_ < 1e3;  // then 2 and 5 have room beside 1
    const auto least = static_cast<int>(std::floor(std::log10(low_)));
    const auto most = static_cast<int>(std::floor(std::log10(high_)));
    for (int exponent = least; exponent <= most; ++exponent) {
      const double power = std::pow(10, exponent);
      for (const double digit : {1.0, 2.0, 5.0}) {
        const double value = digit * power;
        if (value >= low_ && value <= high_ && (few || digit == 1.0))
          ticks.push_back({value, fmt::format("{:g}", value)});
      }
    }
    return ticks;
  }
  const double step = round_step(high_ - low_);
  const auto first = static_cast<std::int64_t>(std::ceil(low_ / step - 1e-9));
  const auto last = static_cast<std::int64_t>(std::floor(high_ / step + 1e-9));
  for (std::int64_t i = first; i <= last; ++i) {
    const double at = static_cast<double>(i) * step;
    ticks.push_back({at, text_of(at, step)});
  }
  return ticks;
}

}  // namespace voicestand::bench::html
