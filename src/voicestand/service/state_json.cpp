#include "voicestand/service/state_json.h"

#include <array>
#include <chrono>
#include <optional>

#include <unistd.h>

#include "voicestand/dsp/decibel.h"
#include "voicestand/service/figures_json.h"
#include "voicestand/speech/voice_activity_detector.h"
#include "voicestand/text/json_writer.h"

namespace voicestand::service {
namespace {

using std::chrono::nanoseconds;
using text::JsonWriter;

constexpr std::array<double, 14> kBoundsMs{1, 2, 3, 5, 8, 12, 20, 35, 50, 100, 200, 500, 1'000, 2'000};

std::optional<double> ms_of(const std::optional<nanoseconds>& duration) {
  if (!duration) return std::nullopt;
  return std::chrono::duration<double, std::milli>(*duration).count();
}

void write_histogram(std::string_view name, const telemetry::LatencyHistogram& histogram, double target_ms,
                     JsonWriter& json) {
  const auto counts = counts_within(histogram, kBoundsMs);
  const std::uint64_t count = histogram.count();
  const auto quantile = [&](double share) { return rounded(ms_of(histogram.quantile(share))); };
  json.begin_object(name);
  json.member("count", count);
  json.member("sum_ms", rounded(ms_of(histogram.sum())));
  json.member("p50_ms", quantile(0.5));
  json.member("p90_ms", quantile(0.9));
  json.member("p95_ms", quantile(0.95));
  json.member("p99_ms", quantile(0.99));
  json.member("p99_9_ms", quantile(0.999));
  json.member("max_ms", quantile(1));
  json.member("target_ms", target_ms > 0 ? std::optional(target_ms) : std::nullopt);
  json.begin_array("buckets");
  const auto write_bucket = [&](std::optional<double> bound_ms, std::uint64_t within) {
    json.begin_object();
    json.member("le_ms", bound_ms);
    json.member("count", within);
    json.end_object();
  };
  for (std::size_t i = 0; i < kBoundsMs.size(); ++i) write_bucket(kBoundsMs[i], counts[i]);
  write_bucket(std::nullopt, count);
  json.end_array();
  json.end_object();
}

void write_windows(const Ledger::Reading& figures, JsonWriter& json) {
  if (!figures.running) return json.null_member("windows");
  const auto& windows = figures.windows.windows;
  json.begin_object("windows");
  json.member("length_s", static_cast<double>(speech::kWindowSamples) / speech::kSampleRateHz);
  json.member("end", figures.windows.end);
  json.begin_array("peak");
  for (const auto& window : windows) json.value(rounded(dsp::factor_of_db(window.peak_dbfs)));
  json.end_array();
  json.begin_array("probability");
  for (const auto& window : windows) json.value(rounded(window.probability));
  json.end_array();
  json.begin_array("speech");
  for (const auto& window : windows) json.value(window.speech ? 1 : 0);
  json.end_array();
  json.end_object();
}

void write_speech(const RecentSpeech::Reading& speech, JsonWriter& json) {
  json.key("partial");
  if (const auto& partial = speech.partial) {
    json.begin_object();
    json.member("utterance", partial->utterance);
    json.member("text", partial->text);
    json.member("stable_chars", partial->stable_chars);
    json.end_object();
  } else {
    json.null();
  }
  json.begin_array("utterances");
  for (const RecentSpeech::Utterance& each : speech.utterances) {
    json.begin_object();
    json.member("utterance", each.final.utterance);
    json.member("text", each.final.text);
    json.member("start_s", rounded(each.final.start_s));
    json.member("end_s", rounded(each.final.end_s));
    json.member("confidence", rounded(each.final.confidence));
    json.member("outcome", each.outcome.empty() ? std::nullopt : std::optional(each.outcome));
    write_latency(each.final.latency, json);
    json.end_object();
  }
  json.end_array();
}

void write_counters(const pipeline::Summary& summary, JsonWriter& json) {
  json.begin_object("counters");
  json.member("audio_frames", summary.captured_frames);
  json.member("dropped_frames", summary.dropped_frames);
  json.member("overruns", summary.overruns);
  json.member("utterances", summary.utterances);
  json.member("realtime_allocations", summary.realtime_allocations);
  write_failures(summary.failures, json);
  json.end_object();
}

void write_threads(const Observation& seen, JsonWriter& json) {
  json.begin_array("threads");
  for (const pipeline::ThreadLoad& load : seen.figures.summary.threads) {
    const auto share = seen.usage.threads.find(load.name);
    json.begin_object();
    write_thread(load, json);
    json.member("utilisation",
                share == seen.usage.threads.end() ? std::nullopt : std::optional(rounded(share->second)));
    json.end_object();
  }
  json.end_array();
}

void write_usage(const Observation& seen, JsonWriter& json) {
  write_threads(seen, json);
  write_cores(seen.usage.cores, json);
  pipeline::MemoryLoad memory = seen.figures.summary.memory;
  if (seen.usage.memory) {
    memory.rss_bytes = seen.usage.memory->rss_bytes;
    memory.private_bytes = seen.usage.memory->private_bytes;
  }
  write_memory(memory, json);
  json.begin_object("cpu");
  json.member("utilisation", rounded(seen.usage.utilisation));
  json.end_object();
  json.begin_array("thermal");
  for (const platform::ThermalZone& zone : seen.usage.thermal) {
    json.begin_object();
    json.member("zone", zone.name);
    json.member("celsius", zone.celsius);
    json.end_object();
  }
  json.end_array();
}

void write_governor(const std::optional<Regulator::Reading>& governor, JsonWriter& json) {
  if (!governor) return json.null_member("governor");
  json.begin_object("governor");
  json.member("level", governor->level);
  json.member("reason", governor->reason.empty() ? std::nullopt : std::optional(governor->reason));
  json.end_object();
}

void write_alerts(const Observation& seen, JsonWriter& json) {
  json.begin_array("alerts");
  for (const Alert& alert : seen.alerts) {
    json.begin_object();
    json.member("name", alert.name);
    json.member("severity", alert.severity);
    json.member("state", name_of(alert.state));
    json.member("since_s", rounded(seen.unix_time_s - std::chrono::duration<double>(seen.now - alert.since).count()));
    json.member("message", alert.message);
    json.end_object();
  }
  json.end_array();
}

void write_program(const Observation& seen, JsonWriter& json) {
  const auto& started = seen.usage.process.started_unix_s;
  json.begin_object("program");
  json.member("version", seen.program.version);
  json.member("commit", seen.program.commit);
  json.member("command", seen.program.command);
  json.member("pid", ::getpid());
  json.member("uptime_s", started ? std::optional(rounded(seen.unix_time_s - *started)) : std::nullopt);
  json.end_object();
}

void write_engine(const std::optional<pipeline::Ready>& ready, JsonWriter& json) {
  const auto* const recognizer = ready && ready->recognizer ? &*ready->recognizer : nullptr;
  json.member("input", ready ? std::optional(ready->input) : std::nullopt);
  const auto member = [&](const char* name, std::string speech::RecognizerInfo::* its) {
    json.member(name, recognizer != nullptr ? std::optional(recognizer->*its) : std::nullopt);
  };
  member("model", &speech::RecognizerInfo::model);
  member("engine", &speech::RecognizerInfo::engine);
  member("isa", &speech::RecognizerInfo::isa);
}

}  // namespace

std::string latencies_json(const Latencies& latencies) {
  JsonWriter json;
  json.begin_object();
  for (const LatencyStage& stage : kLatencyStages)
    write_histogram(stage.name, latencies.*stage.histogram, stage.target_ms, json);
  json.end_object();
  return json.finish();
}

std::string state_json(const Observation& seen, std::string_view state, std::size_t viewers,
                       std::string_view latencies) {
  const pipeline::Summary& summary = seen.figures.summary;
  JsonWriter json;
  json.begin_object();
  json.member("schema", 1);
  write_program(seen, json);
  json.member("at_s", rounded(seen.unix_time_s));
  json.member("state", state);
  write_engine(seen.speech.ready, json);
  json.member("audio_s", rounded(summary.audio_s));
  write_windows(seen.figures, json);
  write_speech(seen.speech, json);
  json.key("latency");
  json.raw(latencies);
  write_counters(summary, json);
  write_rings(summary.rings, json);
  write_pool(summary.pool, json);
  write_usage(seen, json);
  write_governor(seen.governor, json);
  write_alerts(seen, json);
  json.member("viewers", viewers);
  json.end_object();
  return json.finish();
}

}  // namespace voicestand::service
