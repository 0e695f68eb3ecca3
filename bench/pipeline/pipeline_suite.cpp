#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "bench/pipeline/latency.h"
#include "bench/pipeline/passes.h"
#include "bench/promises.h"
#include "bench/silero_model.h"
#include "bench/suite.h"
#include "bench/unit.h"
#include "voicestand/telemetry/counter.h"
#include "voicestand/telemetry/gauge.h"
#include "voicestand/telemetry/latency_histogram.h"
#include "voicestand/telemetry/trace.h"

namespace voicestand::bench {
namespace {

constexpr Bar kRealtimeFactorBar = at_least(1'000);
constexpr Bar kRecordBar = at_most(10);    // ns
constexpr double kBarBeyondBlockMs = 2.4;  // at any block size

// Processor time for each second of audio, and how much audio a core gets done.
Result<void> run_throughput(Session& session, const std::string& model) {
  constexpr Plan kWholeRecordings{.sample = Seconds(0), .rounds = 20};
  const double length_s = session.choose(60.0, 15.0, 0.5);
  const auto beside_baseline = Passes::beside_baseline(model, length_s);
  if (!beside_baseline) return std::unexpected(beside_baseline.error());
  session.compare(beside_baseline->comparison, kWholeRecordings);
  if (!*beside_baseline->error) return *beside_baseline->error;

  auto studio = Passes::of_studio(model, length_s);
  if (!studio) return std::unexpected(std::move(studio.error()));
  studio->comparison.bar = kRealtimeFactorBar;
  session.compare(studio->comparison, kWholeRecordings);
  return *studio->error;
}

// What it costs to take note of something on the audio path.
void run_telemetry(Session& session) {
  const auto histogram = std::make_shared<telemetry::LatencyHistogram>();
  const auto counter = std::make_shared<telemetry::Counter>();
  const auto gauge = std::make_shared<telemetry::Gauge>();
  const auto trace = std::make_shared<telemetry::Trace<2'048>>();
  session.compare({.suite = "pipeline",
                   .name = "pipeline/telemetry/record",
                   .unit = Unit::cost("ns", 1e9),
                   .subjects = {ours("", timed([histogram, took = std::uint64_t{0}]() mutable {
                                       took = (took * 5 + 977) & 0x3FFF'FFFFU;  // up to a second, in any order
                                       histogram->record(std::chrono::nanoseconds(took));
                                     })),
                                beside("counter", timed([counter] { counter->add(); })),
                                beside("counter of one thread", timed([counter] { counter->add_alone(); })),
                                beside("gauge", timed([gauge, fill = std::uint64_t{0}]() mutable {
                                         fill = (fill * 5 + 977) & 0xFFFFU;
                                         gauge->set(fill);
                                       })),
                                beside("trace", timed([trace, sample = std::uint64_t{0}]() mutable {
                                         trace->record({.what = 1, .subject = ++sample, .at = {}, .lasted = {}});
                                       }))},
                   .bars = {},
                   .bar = kRecordBar});
}

// Of a distribution of which only the histogram is known: the interval of the median from its order statistics.
Summary summarise(const telemetry::LatencyHistogram& latency) {
  const auto count = static_cast<double>(latency.count());
  const double spread = 0.98 / std::sqrt(count);  // 1.96 standard deviations of a share of one half
  const auto at = [&](double share) { return ms_of(latency.quantile(share).value_or(std::chrono::nanoseconds(0))); };
  return {.count = latency.count(),
          .mean = ms_of(latency.sum()) / count,
          .p50 = at(0.5),
          .p99 = at(0.99),
          .max = at(1),
          .ci95 = {.low = at(std::max(0.0, 0.5 - spread)), .high = at(std::min(0.999999, 0.5 + spread))}};
}

// The device's blocks fall due beside two busy loops. The bar is for the 99.9th percentile, told once a repetition.
Result<void> run_latency(Session& session, const std::string& model, LatencyRun run, Bar bar) {
  const std::string name = "pipeline/latency/" + std::to_string(run.block_frames);
  run.blocks = session.choose<std::uint64_t>(run.blocks, run.blocks / 4, 10);
  run.repetitions = session.choose(run.repetitions, 1, 1);
  telemetry::LatencyHistogram latency;
  const auto found = measure_latency(run, model, latency);
  if (!found) return std::unexpected(found.error());
  const bool judged = found->noise.quiet();
  session.add(Figure{.suite = "pipeline", .name = name, .unit = "ms", .summary = summarise(latency), .bar = {}},
              judged);
  session.add(Figure{.suite = "pipeline",
                     .name = name + "/p99.9",
                     .unit = "ms",
                     .summary = bench::summarise(found->p99_9_ms),
                     .bar = bar},
              judged);
  const auto priority = [](bool realtime) {
    return realtime ? "SCHED_FIFO" : "at normal priority: not permitted otherwise";
  };
  session.note(fmt::format("two busy loops beside it; device thread {}, conditioning thread {}",
                           priority(found->feeder_realtime), priority(found->conditioning_realtime)));
  session.add(found->noise);
  return {};
}

}  // namespace

Result<void> run_pipeline(Session& session) {
  constexpr LatencyRun kLargeBlocks{.block_frames = 1'024, .blocks = 140, .repetitions = 5};
  constexpr double kLargeBlockMs = 1'024 * 1e3 / 48'000;
  const auto model = silero_model();
  if (!model) return std::unexpected(model.error());
  if (auto done = run_throughput(session, *model); !done) return done;
  run_telemetry(session);
  if (auto done = run_latency(session, *model, kSmallBlocks, promises::kAudioLatency.bar); !done) return done;
  return run_latency(session, *model, kLargeBlocks, at_most(kLargeBlockMs + kBarBeyondBlockMs));
}

}  // namespace voicestand::bench
