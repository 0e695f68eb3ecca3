#include "voicestand/service/event_json.h"

#include <chrono>
#include <cmath>
#include <variant>

#include <nlohmann/json.hpp>

#include "voicestand/service/figures_json.h"
#include "voicestand/service/words_json.h"

namespace voicestand::service {
namespace {

using Json = nlohmann::ordered_json;

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
  return {{"type", "final"},
          {"utterance", final.utterance},
          {"text", final.text},
          {"start_s", rounded(final.start_s)},
          {"end_s", rounded(final.end_s)},
          {"confidence", final.confidence ? Json(rounded(static_cast<double>(*final.confidence))) : Json(nullptr)},
          {"words", words_json(final.words)},
          {"latency", latency_json(final.latency)}};
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
  Json threads = Json::array();
  for (const pipeline::ThreadLoad& load : summary.threads) threads.push_back(thread_json(load));
  return {{"type", "summary"},
          {"audio_s", rounded(summary.audio_s)},
          {"cpu_s", rounded(summary.cpu_s)},
          {"peak_rss_bytes", summary.peak_rss_bytes},
          {"utterances", summary.utterances},
          {"overruns", summary.overruns},
          {"captured_frames", summary.captured_frames},
          {"processed_frames", summary.processed_frames},
          {"dropped_frames", summary.dropped_frames},
          {"processing_failures", failures_json(summary.failures)},
          {"realtime_allocations", or_null(summary.realtime_allocations)},
          {"front_end_latency_ms", latency},
          {"scheduling", scheduling},
          {"threads", threads},
          {"rings", rings_json(summary.rings)},
          {"pool", pool_json(summary.pool)},
          {"memory", memory_json(summary.memory)},
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
