#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/simd/comparisons.h"
#include "bench/simd/resamplers.h"

namespace voicestand::bench {
namespace {

using resampling::Make;

constexpr double kBarSoxrSpeed = 2;
constexpr double kBarSoxrDelay = 10;
constexpr double kPromisedStopBandDb = 80;  // what ours keeps to, and the others have to

struct Contender {
  std::string peer;  // empty: ours
  Make make;
  double delay_ms = 0;
};

Spend converting(const Make& make) {
  struct State {
    std::unique_ptr<resampling::Converter> converter;
    std::array<float, resampling::kBlockFrames> in{};
    std::array<float, resampling::kMaxOutput> out{};
  };
  const auto state = std::make_shared<State>();
  state->converter = make();
  for (std::size_t i = 0; i < state->in.size(); ++i) state->in[i] = std::sin(static_cast<float>(i) * 0.05F);
  return timed([state] {
    std::size_t count = state->converter->process(state->in, state->out);
    keep(count);
  });
}

std::vector<Contender> contenders([[maybe_unused]] double step_hz) {
  std::vector<Contender> found{{.peer = {}, .make = resampling::make_ours}};
#if defined(VOICESTAND_BENCH_SOXR)
  found.push_back({.peer = "soxr", .make = resampling::make_soxr});
#endif
#if defined(VOICESTAND_BENCH_SPEEXDSP)
  // The cheapest that keeps to the same stop band.
  for (int quality = 0; quality <= resampling::kBestSpeexdsp; ++quality) {
    Make make = [quality] { return resampling::make_speexdsp(quality); };
    if (quality < resampling::kBestSpeexdsp && stop_band_db(make, step_hz) < kPromisedStopBandDb) continue;
    found.push_back({.peer = "speexdsp", .make = std::move(make)});
    break;
  }
#endif
  return found;
}

}  // namespace

Result<void> compare_resamplers(Session& session) {
  const std::string name = "resample/48-16";
  const double step_hz = session.choose(250.0, 3'000.0, 3'000.0);
  Comparison comparison{.suite = "simd",
                        .name = name,
                        .unit = Unit::cost("ns/10ms", 1e9),
                        .subjects = {},
                        .bars = {{.variant = {}, .to = "soxr", .at_least = kBarSoxrSpeed}}};
  std::vector<Contender> all = contenders(step_hz);
  for (Contender& contender : all) {
    const bool is_ours = contender.peer.empty();
    comparison.subjects.push_back(is_ours ? ours("", converting(contender.make))
                                          : peer(contender.peer, converting(contender.make)));
    contender.delay_ms = resampling::delay_ms(contender.make);
    session.note(fmt::format("{}: stop band {:.0f} dB, delay {:.2f} ms", is_ours ? kOurName : contender.peer,
                             resampling::stop_band_db(contender.make, step_hz), contender.delay_ms));
  }
  session.compare(comparison);

  // How late is no matter of chance: one sample each.
  for (const Contender& contender : all) {
    const std::array<double, 1> sample{contender.delay_ms};
    session.add(Figure{.suite = "simd",
                       .name = name + "/delay" + (contender.peer.empty() ? "" : "/" + contender.peer),
                       .unit = "ms",
                       .summary = summarise(sample),
                       .bar = std::nullopt});
  }
  for (const Contender& contender : all) {
    if (contender.peer.empty()) continue;
    const double ratio = contender.delay_ms / all.front().delay_ms;
    session.add(Ratio{.suite = "simd",
                      .name = name + "/delay",
                      .value = ratio,
                      .ci95 = {.low = ratio, .high = ratio},
                      .of = kOurName,
                      .to = contender.peer,
                      .bar = contender.peer == "soxr" ? std::optional(at_least(kBarSoxrDelay)) : std::nullopt});
  }
  return {};
}

}  // namespace voicestand::bench
