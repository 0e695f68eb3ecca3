#include "voicestand/service/metrics.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

namespace voicestand::service {
namespace {

using std::chrono::nanoseconds;
using telemetry::Exposition;

constexpr std::array<double, 16> kBoundsMs{0.5, 1, 2, 5, 10, 20, 35, 50, 75, 100, 200, 350, 500, 1'000, 2'000, 5'000};

double seconds(nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

// The newest that took more than `above_ms` and no more than `bound_ms`.
std::optional<telemetry::Exemplar> exemplar_in(const RecentSpeech::Reading& speech, std::string_view stage,
                                               double above_ms, double bound_ms) {
  const auto observed = speech.observations.find(stage);
  if (observed == speech.observations.end()) return std::nullopt;
  for (const RecentSpeech::Observation& each : observed->second) {
    if (each.ms > above_ms && each.ms <= bound_ms) {
      return telemetry::Exemplar{.label = "utterance=\"" + std::to_string(each.utterance) + "\"",
                                 .value = each.ms / 1e3,
                                 .unix_time_s = each.unix_time_s};
    }
  }
  return std::nullopt;
}

void add_latencies(const Observation& seen, Exposition& to) {
  for (const LatencyStage& stage : kLatencyStages) {
    const telemetry::LatencyHistogram& histogram = seen.figures.latencies.*stage.histogram;
    const auto counts = counts_within(histogram, kBoundsMs);
    std::vector<telemetry::HistogramBucket> buckets;
    double above_ms = -1;
    for (std::size_t i = 0; i < kBoundsMs.size(); ++i) {
      buckets.push_back({.bound = kBoundsMs[i] / 1e3,
                         .count = counts[i],
                         .exemplar = exemplar_in(seen.speech, stage.name, above_ms, kBoundsMs[i])});
      above_ms = kBoundsMs[i];
    }
    to.histogram("voicestand_" + std::string(stage.name) + "_seconds", stage.help, buckets, histogram.count(),
                 seconds(histogram.sum()), exemplar_in(seen.speech, stage.name, above_ms, 1e12));
  }
}

void add_counts(const pipeline::Summary& summary, Exposition& to) {
  to.counter("voicestand_audio_frames_total", "frames", "Frames captured, at the source's rate, lost ones included.");
  to.sample(summary.captured_frames);
  to.counter("voicestand_overruns_total", {}, "How often a ring had no room for what came.");
  for (const auto& ring : summary.rings) to.sample(ring.overruns, {{"ring", std::string(ring.name)}});
  to.counter("voicestand_dropped_frames_total", "frames", "Captured frames that did not reach voice detection.");
  to.sample(summary.dropped_frames);
  to.counter("voicestand_processing_failures_total", {}, "Failures of which the live path made the best.");
  const std::array<std::pair<const char*, std::uint64_t>, 4> failures{{{"capture", summary.failures.capture},
                                                                       {"conditioning", summary.failures.conditioning},
                                                                       {"detection", summary.failures.detection},
                                                                       {"recognition", summary.failures.recognition}}};
  for (const auto& [stage, count] : failures) to.sample(count, {{"stage", stage}});
  to.counter("voicestand_utterances_total", {}, "Utterances that were heard to their end.");
  to.sample(summary.utterances);
  if (summary.realtime_allocations) {
    to.counter("voicestand_realtime_allocations_total", {}, "Heap allocations in real-time code; none is right.");
    to.sample(*summary.realtime_allocations);
  }
}

void add_loads(const Observation& seen, Exposition& to) {
  const pipeline::Summary& summary = seen.figures.summary;
  to.counter("voicestand_pool_exhausted_total", {}, "How often a block came from the heap for want of another.");
  for (const auto& pool : summary.pool) to.sample(pool.exhausted, {{"size_class", std::to_string(pool.block_bytes)}});
  to.gauge("voicestand_pool_blocks_in_use", {}, "Blocks of the memory pool that are in use, by their size in bytes.");
  for (const auto& pool : summary.pool)
    to.sample(std::uint64_t{pool.in_use}, {{"size_class", std::to_string(pool.block_bytes)}});
  to.gauge("voicestand_ring_fill_ratio", "ratio", "How full a ring is.");
  for (const auto& ring : summary.rings) to.sample(ring.fill_ratio, {{"ring", std::string(ring.name)}});
  to.gauge("voicestand_core_utilisation_ratio", "ratio", "How much of its time a core was busy, whoever kept it so.");
  for (const auto& core : seen.usage.cores)
    to.sample(core.utilisation, {{"core", std::to_string(core.core)}, {"kind", std::string(core.kind)}});
  to.counter("voicestand_thread_cpu_seconds_total", "seconds", "Processor time of the live path's threads.");
  for (const auto& thread : summary.threads) to.sample(thread.cpu_s, {{"thread", thread.name}});
  to.gauge("voicestand_thermal_celsius", "celsius", "Temperatures of the machine.");
  for (const auto& zone : seen.usage.thermal) to.sample(zone.celsius, {{"zone", zone.name}});
  if (seen.usage.free_disk_share) {
    to.gauge("voicestand_disk_free_ratio", "ratio", "How much of the disk with the models is free.");
    to.sample(*seen.usage.free_disk_share);
  }
  if (seen.governor) {
    to.gauge("voicestand_governor_level", {}, "How much less recognition does for heat and load: 0 (nothing) to 4.");
    to.sample(static_cast<std::uint64_t>(seen.governor->level));
  }
  to.gauge("voicestand_listening", {}, "1 while it listens.");
  to.sample(std::uint64_t{seen.figures.running ? 1U : 0U});
}

// As every exporter names them.
void add_process(const platform::ProcessStatus& process, Exposition& to) {
  to.counter("process_cpu_seconds_total", "seconds", "Processor time of this process, user and system.");
  to.sample(process.cpu_s);
  const auto gauge = [&](const char* name, const char* unit, const char* help, const auto& value) {
    if (!value) return;
    to.gauge(name, unit, help);
    to.sample(*value);
  };
  gauge("process_resident_memory_bytes", "bytes", "Resident memory.", process.resident_bytes);
  gauge("process_virtual_memory_bytes", "bytes", "Address space.", process.virtual_bytes);
  gauge("process_open_fds", "", "Open files.", process.open_files);
  gauge("process_max_fds", "", "How many files may be open.", process.most_open_files);
  gauge("process_start_time_seconds", "seconds", "When the process started, in Unix time.", process.started_unix_s);
}

}  // namespace

std::string metrics_text(const Observation& seen, telemetry::ExpositionFormat format) {
  Exposition to(format);
  Exposition::Labels build{{"version", seen.program.version}, {"commit", seen.program.commit}};
  if (seen.speech.ready && seen.speech.ready->recognizer) {
    const speech::RecognizerInfo& recognizer = *seen.speech.ready->recognizer;
    build.insert(build.end(),
                 {{"model", recognizer.model}, {"engine", recognizer.engine}, {"isa", std::string(recognizer.isa)}});
  }
  to.info("voicestand_build_info", "What runs here.", build);
  add_latencies(seen, to);
  add_counts(seen.figures.summary, to);
  add_loads(seen, to);
  add_process(seen.usage.process, to);
  return to.finish();
}

}  // namespace voicestand::service
