#include "bench/simd/resampling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "bench/statistics.h"

namespace voicestand::bench::resampling {
namespace {

struct Run {
  std::vector<float> out;
  std::vector<double> held_back_s;  // after each block
};

// `signal(frame)` through a new converter, block by block.
template <typename Signal>
Run run(const Make& make, std::size_t blocks, Signal signal) {
  const auto converter = make();
  Run run;
  std::array<float, kBlockFrames> in{};
  std::array<float, kMaxOutput> out{};
  for (std::size_t block = 0; block < blocks; ++block) {
    for (std::size_t i = 0; i < in.size(); ++i) in[i] = signal(block * kBlockFrames + i);
    const std::size_t count = converter->process(in, out);
    run.out.insert(run.out.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(count));
    run.held_back_s.push_back(static_cast<double>((block + 1) * kBlockFrames) / kInputRateHz -
                              static_cast<double>(run.out.size()) / kOutputRateHz);
  }
  return run;
}

}  // namespace

double stop_band_db(const Make& make, double step_hz) {
  constexpr double kLowestHz = 9'000;
  constexpr std::size_t kBlocks = 50;
  double loudest = 1e-9;
  const auto tones = static_cast<std::size_t>((kInputRateHz / 2.0 - kLowestHz) / step_hz);
  for (std::size_t tone = 0; tone < tones; ++tone) {
    const double hertz = kLowestHz + step_hz * static_cast<double>(tone);
    const double step = 2 * std::numbers::pi * hertz / kInputRateHz;
    const Run heard = run(make, kBlocks, [&](std::size_t frame) {
      return static_cast<float>(std::sin(step * static_cast<double>(frame)));
    });
    const std::size_t settled = heard.out.size() / 2;
    double energy = 0;
    for (std::size_t i = settled; i < heard.out.size(); ++i) energy += static_cast<double>(heard.out[i]) * heard.out[i];
    const double rms = std::sqrt(energy / static_cast<double>(heard.out.size() - settled));
    loudest = std::max(loudest, rms * std::numbers::sqrt2);
  }
  return -20 * std::log10(loudest);
}

double delay_ms(const Make& make) {
  constexpr std::size_t kBlocks = 100;
  constexpr std::size_t kImpulseAt = kBlocks / 2 * kBlockFrames;
  const Run heard = run(make, kBlocks, [](std::size_t frame) { return frame == kImpulseAt ? 1.0F : 0.0F; });
  // The filters are symmetric: the middle of the response's energy is where the impulse has gone.
  double energy = 0;
  double moment = 0;
  for (std::size_t i = 0; i < heard.out.size(); ++i) {
    const double power = static_cast<double>(heard.out[i]) * heard.out[i];
    energy += power;
    moment += power * static_cast<double>(i);
  }
  const double lag_s = moment / energy / kOutputRateHz - static_cast<double>(kImpulseAt) / kInputRateHz;
  return 1e3 * (lag_s + median(std::span(heard.held_back_s).subspan(kBlocks / 2)));
}

}  // namespace voicestand::bench::resampling
