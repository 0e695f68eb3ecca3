#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/baseline/front_end.h"
#include "bench/pipeline/front_end.h"
#include "bench/pipeline/latency.h"
#include "bench/pipeline/recording.h"
#include "bench/silero_model.h"
#include "bench/suite.h"
#include "voicestand/telemetry/counter.h"
#include "voicestand/telemetry/gauge.h"
#include "voicestand/telemetry/latency_histogram.h"
#include "voicestand/telemetry/trace.h"

namespace voicestand::bench {
namespace {

constexpr double kBarToBaseline = 10;
constexpr double kBarRealtimeFactor = 1'000;
constexpr double kBarRecordNs = 10;
constexpr double kBarSmallBlockMs = 5;     // at 128 frames of 48 kHz
constexpr double kBarBeyondBlockMs = 2.4;  // at any block size

constexpr audio::AudioFormat kMicrophone{.sample_rate_hz = 48'000, .channels = 1};
constexpr audio::AudioFormat kStudio{.sample_rate_hz = 96'000, .channels = 2};
constexpr std::size_t kMicrophoneBlock = 128;
constexpr std::size_t kStudioBlock = 1'024;

// Passes over a recording by either front end; the first error is kept.
struct Passes {
  std::shared_ptr<Recording> recording;
  std::size_t block_frames;
  std::shared_ptr<Result<void>> outcome;

  template <typename HearOnce>
  Spend by(HearOnce hear_once) const {
    return [passes = *this, hear_once](std::uint64_t iterations) {
      Seconds spent{0};
      for (std::uint64_t i = 0; i < iterations; ++i) spent += hear_once(passes);
      return spent;
    };
  }
};

Spend ours_over(const Passes& passes, const std::shared_ptr<FrontEnd>& front_end) {
  return passes.by([front_end](const Passes& it) {
    auto spent = front_end->hear(*it.recording, it.block_frames);
    if (spent) return *spent;
    if (*it.outcome) *it.outcome = std::unexpected(spent.error());
    return Seconds(1);
  });
}

Spend baseline_over(const Passes& passes, const std::shared_ptr<baseline::FrontEnd>& front_end) {
  return passes.by([front_end](const Passes& it) { return front_end->hear(*it.recording, it.block_frames); });
}

Result<Passes> passes_over(audio::AudioFormat format, std::size_t block_frames, const Session& session) {
  auto recording = sample_recording(format, session.choose(60.0, 15.0, 0.5));
  if (!recording) return std::unexpected(std::move(recording.error()));
  return Passes{.recording = std::make_shared<Recording>(std::move(*recording)),
                .block_frames = block_frames,
                .outcome = std::make_shared<Result<void>>()};
}

// Processor time for each second of audio, and how much audio a core gets done.
Result<void> run_throughput(Session& session, const std::string& model) {
  auto own = FrontEnd::create(model);
  if (!own) return std::unexpected(std::move(own.error()));
  auto plain = baseline::FrontEnd::create(model);
  if (!plain) return std::unexpected(std::move(plain.error()));
  const auto front_end = std::make_shared<FrontEnd>(std::move(*own));
  const auto baseline_front_end = std::make_shared<baseline::FrontEnd>(std::move(*plain));
  constexpr Plan kWholeRecordings{.sample = Seconds(0), .rounds = 20};

  const auto spoken = passes_over(kMicrophone, kMicrophoneBlock, session);
  if (!spoken) return std::unexpected(spoken.error());
  session.compare({.suite = "pipeline",
                   .name = "pipeline/cpu",
                   .unit = Unit::cost("ms/s", 1e3, spoken->recording->length_s()),
                   .subjects = {ours("", ours_over(*spoken, front_end)),
                                peer("baseline", baseline_over(*spoken, baseline_front_end))},
                   .bars = {{.variant = {}, .to = "baseline", .at_least = kBarToBaseline}},
                   .crowded = true},
                  kWholeRecordings);
  if (!*spoken->outcome) return *spoken->outcome;

  const auto wide = passes_over(kStudio, kStudioBlock, session);
  if (!wide) return std::unexpected(wide.error());
  session.compare({.suite = "pipeline",
                   .name = "pipeline/throughput/96k-stereo",
                   .unit = Unit::rate("x", wide->recording->length_s()),
                   .subjects = {ours("", ours_over(*wide, front_end))},
                   .bars = {},
                   .bar = at_least(kBarRealtimeFactor),
                   .crowded = true},
                  kWholeRecordings);
  return *wide->outcome;
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
                   .bar = below(kBarRecordNs)});
}

double ms(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

// Of a distribution of which only the histogram is known: the interval of the median from its order statistics.
Summary summarise(const telemetry::LatencyHistogram& latency) {
  const auto count = static_cast<double>(latency.count());
  const double spread = 0.98 / std::sqrt(count);  // 1.96 standard deviations of a share of one half
  const auto at = [&](double share) { return ms(latency.quantile(share).value_or(std::chrono::nanoseconds(0))); };
  return {.count = latency.count(),
          .mean = ms(latency.sum()) / count,
          .p50 = at(0.5),
          .p99 = at(0.99),
          .max = at(1),
          .ci95 = {.low = at(std::max(0.0, 0.5 - spread)), .high = at(std::min(0.999999, 0.5 + spread))}};
}

struct LatencyCase {
  std::size_t block_frames;
  double bar_ms;
  std::uint64_t blocks;
  int repetitions;
};

// The device's blocks fall due beside two busy loops. The bar is for the 99.9th percentile, told once a repetition.
Result<void> run_latency(Session& session, const std::string& model, const LatencyCase& wanted) {
  const std::string name = "pipeline/latency/" + std::to_string(wanted.block_frames);
  telemetry::LatencyHistogram all;
  std::vector<double> worst;  // but for one in a thousand
  LatencyOutcome outcome;
  const NoiseWatch watch;
  for (int i = 0; i < session.choose(wanted.repetitions, 1, 1); ++i) {
    telemetry::LatencyHistogram latency;
    const auto measured =
        measure_latency({.block_frames = wanted.block_frames,
                         .blocks = session.choose<std::uint64_t>(wanted.blocks, wanted.blocks / 4, 10)},
                        model, latency);
    if (!measured) return std::unexpected(measured.error());
    outcome = *measured;
    worst.push_back(ms(latency.quantile(0.999).value_or(std::chrono::nanoseconds(0))));
    all.merge(latency);
  }
  Noise noise = watch.so_far();
  noise.pressure.reset();  // is made on purpose
  const bool judged = noise.quiet();
  session.add(Figure{.suite = "pipeline", .name = name, .unit = "ms", .summary = summarise(all), .bar = {}}, judged);
  session.add(Figure{.suite = "pipeline",
                     .name = name + "/p99.9",
                     .unit = "ms",
                     .summary = bench::summarise(worst),
                     .bar = below(wanted.bar_ms)},
              judged);
  session.note(
      fmt::format("two busy loops beside it; device thread {}, conditioning thread {}",
                  outcome.feeder_realtime ? "SCHED_FIFO" : "at normal priority: not permitted otherwise",
                  outcome.conditioning_realtime ? "SCHED_FIFO" : "at normal priority: not permitted otherwise"));
  session.add(noise);
  return {};
}

}  // namespace

Result<void> run_pipeline(Session& session) {
  const auto model = silero_model();
  if (!model) return std::unexpected(model.error());
  if (auto done = run_throughput(session, *model); !done) return done;
  run_telemetry(session);
  constexpr double kLargeBlockMs = 1'024 * 1e3 / 48'000;
  for (const LatencyCase& wanted :
       {LatencyCase{.block_frames = 128, .bar_ms = kBarSmallBlockMs, .blocks = 1'100, .repetitions = 5},
        LatencyCase{
            .block_frames = 1'024, .bar_ms = kLargeBlockMs + kBarBeyondBlockMs, .blocks = 140, .repetitions = 5}}) {
    if (auto done = run_latency(session, *model, wanted); !done) return done;
  }
  return {};
}

}  // namespace voicestand::bench
