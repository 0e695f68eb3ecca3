#include "bench/pipeline/latency.h"

#include <array>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <time.h>

#include "bench/pipeline/busy_loops.h"
#include "bench/unit.h"
#include "voicestand/base/clock.h"
#include "voicestand/pipeline/capture_queue.h"
#include "voicestand/pipeline/conditioning_stage.h"
#include "voicestand/pipeline/live_figures.h"
#include "voicestand/pipeline/process_queue.h"
#include "voicestand/platform/realtime_scheduling.h"
#include "voicestand/rt/denormal_guard.h"
#include "voicestand/speech/silero_detector.h"

namespace voicestand::bench {
namespace {

constexpr int kRateHz = 48'000;
constexpr std::chrono::milliseconds kLead{20};  // until everyone waits for the first block
constexpr std::chrono::milliseconds kPatience{100};

void sleep_until(Clock::TimePoint deadline) noexcept {
  const auto since_boot = deadline.time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
  const timespec at{.tv_sec = seconds.count(), .tv_nsec = (since_boot - seconds).count()};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr) != 0) {
  }
}

void feed(pipeline::CaptureQueue& queue, const LatencyRun& run, Clock::TimePoint begin) noexcept {
  std::vector<float> block(run.block_frames);
  for (std::size_t i = 0; i < block.size(); ++i) block[i] = i % 32 < 16 ? 0.1F : -0.1F;
  for (std::uint64_t i = 1; i <= run.blocks; ++i) {
    const auto due = begin + std::chrono::nanoseconds(i * run.block_frames * 1'000'000'000U / kRateHz);
    sleep_until(due);
    (void)queue.push({.samples = block,  // what does not fit is counted by the queue
                      .format = {.sample_rate_hz = kRateHz, .channels = 1},
                      .delivered_at = due});
  }
  queue.ended();
}

void detect(pipeline::ProcessQueue& queue, speech::SileroDetector& detector, const Clock& clock) noexcept {
  std::array<float, speech::kWindowSamples> window{};
  for (;;) {
    queue.wait(clock.now() + kPatience);
    const auto popped = queue.pop(window);
    if (popped && popped->count < window.size()) return;
    if (popped) (void)detector.probability(window);
  }
}

// `outcome`: becomes what holds for this run, too.
Result<void> run_once(const LatencyRun& run, const std::string& model, telemetry::LatencyHistogram& latency,
                      LatencyOutcome& outcome) {
  const SteadyClock clock;
  auto detector = speech::SileroDetector::load(model);
  if (!detector) return std::unexpected(std::move(detector.error()));
  const auto figures = std::make_unique<pipeline::LiveFigures>();
  auto capture = pipeline::CaptureQueue::create(true, clock, *figures);
  if (!capture) return std::unexpected(std::move(capture.error()));
  auto process = pipeline::ProcessQueue::create(figures->process);
  if (!process) return std::unexpected(std::move(process.error()));
  pipeline::ConditioningStage stage(**capture, **process, *figures, clock, true);

  bool feeder_realtime = false;
  bool conditioning_realtime = false;
  Result<void> conditioned;
  const BusyLoops load(run.busy_loops);
  std::thread detection([&] { detect(**process, *detector, clock); });
  std::thread conditioning([&] {
    const platform::RaisedThread raised;
    conditioning_realtime = raised.scheduling() == platform::Scheduling::kRealtime;
    const rt::DenormalGuard denormals;
    conditioned = stage.run();
  });
  std::thread feeder([&] {
    const platform::RaisedThread raised;
    feeder_realtime = raised.scheduling() == platform::Scheduling::kRealtime;
    feed(**capture, run, clock.now() + kLead);
  });
  feeder.join();
  conditioning.join();
  detection.join();
  if (!conditioned) return conditioned;
  latency.merge(figures->front_end);
  if (figures->capture.overruns.value() + figures->process.overruns.value() > 0)
    return fail(Errc::kIo, "blocks were lost on the way", "the front end", "run it on a machine with less to do");
  outcome.feeder_realtime = outcome.feeder_realtime && feeder_realtime;
  outcome.conditioning_realtime = outcome.conditioning_realtime && conditioning_realtime;
  return {};
}

}  // namespace

Result<LatencyOutcome> measure_latency(const LatencyRun& run, const std::string& model,
                                       telemetry::LatencyHistogram& latency) {
  LatencyOutcome outcome;
  const NoiseWatch watch;
  for (int i = 0; i < run.repetitions; ++i) {
    telemetry::LatencyHistogram once;
    if (const auto done = run_once(run, model, once, outcome); !done) return std::unexpected(done.error());
    outcome.p99_9_ms.push_back(ms_of(once.quantile(0.999).value_or(std::chrono::nanoseconds(0))));
    latency.merge(once);
  }
  outcome.noise = watch.so_far().beside_own_load();
  return outcome;
}

}  // namespace voicestand::bench
