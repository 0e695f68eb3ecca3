#include "bench/validate/audio_path.h"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "bench/comparison.h"
#include "bench/noise.h"
#include "bench/pipeline/front_end.h"
#include "bench/pipeline/latency.h"
#include "bench/pipeline/passes.h"
#include "bench/silero_model.h"
#include "bench/statistics.h"

namespace voicestand::bench {
namespace {

constexpr int kAttempts = 3;  // where other work took the cores meanwhile
constexpr double kRecordingS = 30;

}  // namespace

Result<void> measure_latency_target(Target& target) {
  const auto model = silero_model();
  if (!model) return std::unexpected(model.error());
  LatencyRun run = kSmallBlocks;
  run.busy_loops = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  for (int attempt = 0; attempt < kAttempts && !target.pass.value_or(false); ++attempt) {
    telemetry::LatencyHistogram latency;
    const auto found = measure_latency(run, *model, latency);
    if (!found) return std::unexpected(found.error());
    const bool realtime = found->feeder_realtime && found->conditioning_realtime;
    target.judge(
        median(found->p99_9_ms), found->noise.quiet() && realtime,
        fmt::format("{} frames of 48 kHz, {} busy loops beside it, {}, median of {} runs of {} blocks",
                    run.block_frames, run.busy_loops,
                    realtime ? "SCHED_FIFO" : "at normal priority: this user may not ask for more (voicestand doctor)",
                    run.repetitions, run.blocks));
  }
  return {};
}

Result<void> measure_efficiency(Target& target) {
  const auto model = silero_model();
  if (!model) return std::unexpected(model.error());
  const auto passes = Passes::beside_baseline(*model, kRecordingS);
  if (!passes) return std::unexpected(passes.error());
  for (int attempt = 0; attempt < kAttempts && !target.pass.value_or(false); ++attempt) {
    const Outcome found = measure(passes->comparison, {.sample = Seconds(0), .rounds = 16});
    if (!*passes->error) return *passes->error;
    const Ratio* const ratio = found.ratio_of(passes->comparison.name, "baseline");
    if (ratio == nullptr)
      return fail(Errc::kBadData, "there is no ratio to the baseline", {}, "run 'voicestand bench'");
    target.judge(
        ratio->value, found.judged,
        fmt::format("processor time against a front end with mutexes and malloc, in turns; 95 % interval {:.3g} "
                    "to {:.3g}",
                    ratio->ci95.low, ratio->ci95.high));
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
    const auto recording = sample_recording({.sample_rate_hz = rate_hz, .channels = 2}, kRecordingS);
    if (!recording) return std::unexpected(recording.error());
    const auto spent = front_end->hear(*recording, 1'024);
    if (!spent) return std::unexpected(spent.error());
    const double factor = recording->length_s() / spent->count();
    if (factor < 1) break;
    highest_khz = rate_hz / 1e3;
    factors += fmt::format("{}{:g} kHz {:.0f}x", factors.empty() ? "" : ", ", highest_khz, factor);
  }
  target.judge(highest_khz, watch.so_far().beside_own_load().quiet(),
               "stereo, one core, so many times faster than it comes: " + factors);
  return {};
}

}  // namespace voicestand::bench
