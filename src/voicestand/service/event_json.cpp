#include "voicestand/service/event_json.h"

#include <chrono>
#include <cmath>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "voicestand/service/words_json.h"

namespace voicestand::service {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json optional_ms(const std::optional<double>& value) {
  return value ? Json(rounded(*value)) : Json(nullptr);
}

Json json_of(const pipeline::Ready& ready) {
  Json json{{"type", "ready"}, {"model", nullptr}, {"engine", nullptr}, {"isa", nullptr}, {"load_ms", nullptr}};
  if (ready.recognizer) {
    json["model"] = ready.recognizer->model;
    json["engine"] = ready.recognizer->engine;
    json["isa"] = ready.recognizer->isa;
    json["load_ms"] = rounded(std::chrono::duration<double, std::milli>(ready.recognizer->load_time).count());
  }
  json["input"] = ready.input;
  return json;
}

Json json_of(const pipeline::SpeechStarted& started) {
  return {{"type", "speech_started"}, {"utterance", started.utterance}, {"at_s", rounded(started.at_s)}};
}

Json json_of(const pipeline::Partial& partial) {
  return {{"type", "partial"},
          {"utterance", partial.utterance},
          {"text", partial.text},
          {"stable_chars", partial.stable_chars},
          {"audio_s", rounded(partial.audio_s)},
          {"lag_ms", rounded(partial.lag_ms)}};
}

Json json_of(const pipeline::Final& final) {
  const auto& latency = final.latency;
  return {{"type", "final"},
          {"utterance", final.utterance},
          {"text", final.text},
          {"start_s", rounded(final.start_s)},
          {"end_s", rounded(final.end_s)},
          {"confidence", final.confidence ? Json(rounded(static_cast<double>(*final.confidence))) : Json(nullptr)},
          {"words", words_json(final.words)},
          {"latency",
           {{"capture_ms", optional_ms(latency.capture_ms)},
            {"conditioning_ms", optional_ms(latency.conditioning_ms)},
            {"detection_ms", optional_ms(latency.detection_ms)},
            {"first_partial_ms", optional_ms(latency.first_partial_ms)},
            {"decode_ms", optional_ms(latency.decode_ms)},
            {"endpoint_ms", optional_ms(latency.endpoint_ms)},
            {"speech_end_to_final_ms", optional_ms(latency.speech_end_to_final_ms)},
            {"release_to_final_ms", optional_ms(latency.release_to_final_ms)},
            {"text_ms", optional_ms(latency.text_ms)},
            {"injection_ms", optional_ms(latency.injection_ms)}}}};
}

Json json_of(const pipeline::Warning& warning) {
  return {{"type", "warning"}, {"code", warning.code}, {"message", warning.message}};
}

Json json_of(const pipeline::Failure& failure) {
  return {{"type", "error"}, {"message", failure.error.message()}};
}

Json json_of(const pipeline::Level&) {
  return nullptr;
}

Json threads_json(const std::vector<pipeline::ThreadLoad>& loads) {
  Json threads = Json::array();
  for (const pipeline::ThreadLoad& load : loads) {
    threads.push_back({{"name", load.name},
                       {"cpu_s", rounded(load.cpu_s)},
                       {"involuntary_switches", load.involuntary_switches},
                       {"allocations", or_null(load.allocations)}});
  }
  return threads;
}

Json rings_json(const std::vector<pipeline::RingLoad>& loads) {
  Json rings = Json::array();
  for (const pipeline::RingLoad& load : loads) {
    rings.push_back({{"name", load.name},
                     {"capacity", load.capacity},
                     {"fill_ratio", rounded(load.fill_ratio)},
                     {"high_water_ratio", rounded(load.high_water_ratio)},
                     {"overruns", load.overruns},
                     {"dropped_frames", load.dropped_frames}});
  }
  return rings;
}

Json pool_json(const std::vector<pipeline::PoolLoad>& loads) {
  Json pool = Json::array();
  for (const pipeline::PoolLoad& load : loads) {
    pool.push_back({{"block_bytes", load.block_bytes},
                    {"blocks", load.blocks},
                    {"in_use", load.in_use},
                    {"high_water", load.high_water},
                    {"exhausted", load.exhausted}});
  }
  return pool;
}

Json cores_json(const std::vector<pipeline::CoreLoad>& loads) {
  if (loads.empty()) return nullptr;
  Json cores = Json::array();
  for (const pipeline::CoreLoad& load : loads)
    cores.push_back({{"core", load.core}, {"kind", load.kind}, {"utilisation", rounded(load.utilisation)}});
  return cores;
}

Json json_of(const pipeline::Summary& summary) {
  Json latency = nullptr;
  if (const auto& quantiles = summary.front_end_latency_ms) {
    latency = {{"p50", rounded(quantiles->p50)},
               {"p99", rounded(quantiles->p99)},
               {"p99_9", rounded(quantiles->p99_9)},
               {"max", rounded(quantiles->max)}};
  }
  Json scheduling = nullptr;
  if (const auto& audio_thread = summary.scheduling) {
    scheduling = {{"state", audio_thread->state}, {"granted_by", or_null(audio_thread->granted_by)}};
  }
  const pipeline::Failures& failures = summary.failures;
  const pipeline::MemoryLoad& memory = summary.memory;
  return {{"type", "summary"},
          {"audio_s", rounded(summary.audio_s)},
          {"cpu_s", rounded(summary.cpu_s)},
          {"peak_rss_bytes", summary.peak_rss_bytes},
          {"utterances", summary.utterances},
          {"overruns", summary.overruns},
          {"captured_frames", summary.captured_frames},
          {"processed_frames", summary.processed_frames},
          {"dropped_frames", summary.dropped_frames},
          {"processing_failures",
           {{"capture", failures.capture},
            {"conditioning", failures.conditioning},
            {"detection", failures.detection},
            {"recognition", failures.recognition}}},
          {"realtime_allocations", or_null(summary.realtime_allocations)},
          {"front_end_latency_ms", latency},
          {"scheduling", scheduling},
          {"threads", threads_json(summary.threads)},
          {"rings", rings_json(summary.rings)},
          {"pool", pool_json(summary.pool)},
          {"memory",
           {{"rss_bytes", or_null(memory.rss_bytes)},
            {"private_bytes", or_null(memory.private_bytes)},
            {"pool_bytes", memory.pool_bytes},
            {"telemetry_bytes", memory.telemetry_bytes}}},
          {"cores", cores_json(summary.cores)}};
}

}  // namespace

std::optional<std::string> to_json(const pipeline::Event& event) {
  const Json json = std::visit([](const auto& what) { return json_of(what); }, event);
  if (json.is_null()) return std::nullopt;
  // Text comes from models: what is not UTF-8 is replaced rather than thrown over.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace voicestand::service
