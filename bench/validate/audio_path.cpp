#include "bench/validate/audio_path.h"

#include <algorithm>
#include <array>
#include <memory>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "bench/baseline/front_end.h"
#include "bench/bootstrap.h"
#include "bench/interleave.h"
#include "bench/noise.h"
#include "bench/pipeline/front_end.h"
#include "bench/pipeline/latency.h"
#include "bench/silero_model.h"

namespace voicestand::bench {
namespace {

constexpr int kAttempts = 3;  // where other work took the cores meanwhile

double ms(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

// Threads of the measurement itself wait for cores on purpose.
bool quiet_but_for_us(const NoiseWatch& watch) {
  Noise noise = watch.so_far();
  noise.pressure.reset();
  return noise.quiet();
}

}  // namespace

Result<void> measure_latency_target(Target& target) {
  constexpr int kRuns = 5;
  const auto model = silero_model();
  if (!model) return std::unexpected(model.error());
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  for (int attempt = 0; attempt < kAttempts && !target.pass.value_or(false); ++attempt) {
    const NoiseWatch watch;
    std::vector<double> worst;  // but for one in a thousand
    bool realtime = true;
    for (int run = 0; run < kRuns; ++run) {
      telemetry::LatencyHistogram latency;
      const auto outcome =
          measure_latency({.block_frames = 128, .blocks = 1'100, .busy_loops = cores}, *model, latency);
      if (!outcome) return std::unexpected(outcome.error());
      realtime = realtime && outcome->feeder_realtime && outcome->conditioning_realtime;
      worst.push_back(ms(latency.quantile(0.999).value_or(std::chrono::nanoseconds(0))));
    }
    target.judge(
        median(worst), quiet_but_for_us(watch) && realtime,
        fmt::format("128 frames of 48 kHz, {} busy loops beside it, {}, median of {} runs of 1,100 blocks", cores,
                    realtime ? "SCHED_FIFO" : "at normal priority: this user may not ask for more (voicestand doctor)",
                    kRuns));
  }
  return {};
}

Result<void> measure_efficiency(Target& target) {
  constexpr std::size_t kBlockFrames = 128;
  const auto model = silero_model();
  if (!model) return std::unexpected(model.error());
  const auto recording = sample_recording({.sample_rate_hz = 48'000, .channels = 1}, 30);
  if (!recording) return std::unexpected(recording.error());
  auto own = FrontEnd::create(*model);
  if (!own) return std::unexpected(std::move(own.error()));
  auto plain = baseline::FrontEnd::create(*model);
  if (!plain) return std::unexpected(std::move(plain.error()));
  Result<void> outcome;
  const std::array subjects{ours("",
                                 [&](std::uint64_t) {
                                   auto spent = own->hear(*recording, kBlockFrames);
                                   if (!spent) outcome = std::unexpected(std::move(spent.error()));
                                   return spent.value_or(Seconds(1));
                                 }),
                            peer("baseline", [&](std::uint64_t) { return plain->hear(*recording, kBlockFrames); })};
  for (int attempt = 0; attempt < kAttempts && !target.pass.value_or(false); ++attempt) {
    const NoiseWatch watch;
    const auto turns = interleave(subjects, {.sample = Seconds(0), .rounds = 16});
    if (!outcome) return outcome;
    const auto ratio = ratio_of_medians(times_of(turns.back()), times_of(turns.front()));
    target.judge(
        ratio.value, quiet_but_for_us(watch),
        fmt::format("processor time against a front end with mutexes and malloc, in turns; 95 % interval {:.3g} "
                    "to {:.3g}",
                    ratio.ci95.low, ratio.ci95.high));
  }
  return {};
}

Result<void> measure_throughput(Target& target) {
  const auto model = silero_model();
  if (!model) return std::unexpected(model.error());
  auto front_end = FrontEnd::create(*model);
  if (!front_end) return std::unexpected(std::move(front_end.error()));
  double highest_khz = 0;
  std::string factors;
  const NoiseWatch watch;
  for (const int rate_hz : {16'000, 44'100, 48'000, 96'000}) {
    const auto recording = sample_recording({.sample_rate_hz = rate_hz, .channels = 2}, 30);
    if (!recording) return std::unexpected(recording.error());
    const auto spent = front_end->hear(*recording, 1'024);
    if (!spent) return std::unexpected(spent.error());
    const double factor = recording->length_s() / spent->count();
    if (factor < 1) break;
    highest_khz = rate_hz / 1e3;
    factors += fmt::format("{}{:g} kHz {:.0f}x", factors.empty() ? "" : ", ", highest_khz, factor);
  }
  target.judge(highest_khz, quiet_but_for_us(watch),
               "stereo, one core, so many times faster than it comes: " + factors);
  return {};
}

}  // namespace voicestand::bench
