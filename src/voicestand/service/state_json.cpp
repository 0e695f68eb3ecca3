#include "voicestand/service/state_json.h"

#include <array>
#include <chrono>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "voicestand/dsp/decibel.h"
#include "voicestand/service/figures_json.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::service {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::nanoseconds;

constexpr std::array<double, 14> kBoundsMs{1, 2, 3, 5, 8, 12, 20, 35, 50, 100, 200, 500, 1'000, 2'000};

double unix_now_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::optional<double> ms_of(const std::optional<nanoseconds>& duration) {
  if (!duration) return std::nullopt;
  return std::chrono::duration<double, std::milli>(*duration).count();
}

Json latency_of(const telemetry::LatencyHistogram& histogram, double target_ms) {
  std::array<nanoseconds, kBoundsMs.size()> bounds{};
  std::array<std::uint64_t, kBoundsMs.size()> counts{};
  for (std::size_t i = 0; i < bounds.size(); ++i)
    bounds[i] = nanoseconds(static_cast<std::int64_t>(kBoundsMs[i] * 1e6));
  histogram.count_within(bounds, counts);
  const std::uint64_t count = histogram.count();
  Json buckets = Json::array();
  for (std::size_t i = 0; i < bounds.size(); ++i) buckets.push_back({{"le_ms", kBoundsMs[i]}, {"count", counts[i]}});
  buckets.push_back({{"le_ms", nullptr}, {"count", count}});
  const auto quantile = [&](double share) { return rounded_or_null(ms_of(histogram.quantile(share))); };
  return {{"count", count},           {"sum_ms", rounded(*ms_of(histogram.sum()))},
          {"p50_ms", quantile(0.5)},  {"p90_ms", quantile(0.9)},
          {"p99_ms", quantile(0.99)}, {"p99_9_ms", quantile(0.999)},
          {"max_ms", quantile(1)},    {"target_ms", target_ms > 0 ? Json(target_ms) : Json(nullptr)},
          {"buckets", buckets}};
}

Json latencies_of(const Latencies& latencies) {
  Json json = Json::object();
  for (const LatencyStage& stage : kLatencyStages)
    json[std::string(stage.name)] = latency_of(latencies.*stage.histogram, stage.target_ms);
  return json;
}

Json windows_of(const Ledger::Reading& figures) {
  if (!figures.running) return nullptr;
  Json peak = Json::array();
  Json probability = Json::array();
  Json speech = Json::array();
  for (const pipeline::WindowFigures& window : figures.windows.windows) {
    peak.push_back(rounded(dsp::factor_of_db(window.peak_dbfs)));
    probability.push_back(rounded(window.probability));
    speech.push_back(window.speech ? 1 : 0);
  }
  return {{"length_s", static_cast<double>(speech::kWindowSamples) / speech::kSampleRateHz},
          {"end", figures.windows.end},
          {"peak", peak},
          {"probability", probability},
          {"speech", speech}};
}

Json partial_of(const std::optional<pipeline::Partial>& partial) {
  if (!partial) return nullptr;
  return {{"utterance", partial->utterance}, {"text", partial->text}, {"stable_chars", partial->stable_chars}};
}

Json utterances_of(const RecentSpeech::Reading& speech) {
  Json utterances = Json::array();
  for (const RecentSpeech::Utterance& each : speech.utterances) {
    const pipeline::Final& final = each.final;
    utterances.push_back(
        {{"utterance", final.utterance},
         {"text", final.text},
         {"start_s", rounded(final.start_s)},
         {"end_s", rounded(final.end_s)},
         {"confidence", final.confidence ? Json(rounded(static_cast<double>(*final.confidence))) : Json(nullptr)},
         {"outcome", each.outcome.empty() ? Json(nullptr) : Json(each.outcome)},
         {"latency", latency_json(final.latency)}});
  }
  return utterances;
}

Json threads_of(const Observation& seen) {
  Json threads = Json::array();
  for (const pipeline::ThreadLoad& load : seen.figures.summary.threads) {
    Json thread = thread_json(load);
    const auto share = seen.usage.threads.find(load.name);
    thread["utilisation"] = share == seen.usage.threads.end() ? Json(nullptr) : Json(rounded(share->second));
    threads.push_back(std::move(thread));
  }
  return threads;
}

Json memory_of(const Observation& seen) {
  pipeline::MemoryLoad memory = seen.figures.summary.memory;
  if (seen.usage.memory) {
    memory.rss_bytes = seen.usage.memory->rss_bytes;
    memory.private_bytes = seen.usage.memory->private_bytes;
  }
  return memory_json(memory);
}

Json counters_of(const pipeline::Summary& summary) {
  return {{"audio_frames", summary.captured_frames},
          {"dropped_frames", summary.dropped_frames},
          {"overruns", summary.overruns},
          {"utterances", summary.utterances},
          {"realtime_allocations", or_null(summary.realtime_allocations)},
          {"processing_failures", failures_json(summary.failures)}};
}

Json thermal_of(const std::vector<platform::ThermalZone>& zones) {
  Json thermal = Json::array();
  for (const platform::ThermalZone& zone : zones) thermal.push_back({{"zone", zone.name}, {"celsius", zone.celsius}});
  return thermal;
}

}  // namespace

std::string state_json(const Observation& seen, std::string_view state, std::size_t viewers) {
  const double now_s = unix_now_s();
  const auto& started = seen.usage.process.started_unix_s;
  Json json{{"schema", 1},
            {"program",
             {{"version", seen.program.version},
              {"commit", seen.program.commit},
              {"command", seen.program.command},
              {"pid", ::getpid()},
              {"uptime_s", started ? Json(rounded(now_s - *started)) : Json(nullptr)}}},
            {"at_s", rounded(now_s)},
            {"state", state},
            {"input", nullptr},
            {"model", nullptr},
            {"engine", nullptr},
            {"isa", nullptr}};
  if (const auto& ready = seen.speech.ready) {
    json["input"] = ready->input;
    if (ready->recognizer) {
      json["model"] = ready->recognizer->model;
      json["engine"] = ready->recognizer->engine;
      json["isa"] = ready->recognizer->isa;
    }
  }
  const pipeline::Summary& summary = seen.figures.summary;
  json["audio_s"] = rounded(summary.audio_s);
  json["windows"] = windows_of(seen.figures);
  json["partial"] = partial_of(seen.speech.partial);
  json["utterances"] = utterances_of(seen.speech);
  json["latency"] = latencies_of(seen.figures.latencies);
  json["counters"] = counters_of(summary);
  json["rings"] = rings_json(summary.rings);
  json["pool"] = pool_json(summary.pool);
  json["threads"] = threads_of(seen);
  json["cores"] = cores_json(seen.usage.cores);
  json["memory"] = memory_of(seen);
  json["cpu"] = {{"utilisation", rounded_or_null(seen.usage.utilisation)}};
  json["thermal"] = thermal_of(seen.usage.thermal);
  json["governor"] = nullptr;
  json["alerts"] = Json::array();
  json["viewers"] = viewers;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace voicestand::service
