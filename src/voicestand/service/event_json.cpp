#include "voicestand/service/event_json.h"

#include <chrono>
#include <variant>

#include "voicestand/service/figures_json.h"
#include "voicestand/text/json_writer.h"

namespace voicestand::service {
namespace {

using text::JsonWriter;

void write(const pipeline::Ready& ready, JsonWriter& json) {
  json.member("type", "ready");
  if (const auto& recognizer = ready.recognizer) {
    json.member("model", recognizer->model);
    json.member("engine", recognizer->engine);
    json.member("isa", recognizer->isa);
    json.member("load_ms", rounded(std::chrono::duration<double, std::milli>(recognizer->load_time).count()));
  } else {
    for (const char* const name : {"model", "engine", "isa", "load_ms"}) json.null_member(name);
  }
  json.member("input", ready.input);
}

void write(const pipeline::SpeechStarted& started, JsonWriter& json) {
  json.member("type", "speech_started");
  json.member("utterance", started.utterance);
  json.member("at_s", rounded(started.at_s));
}

void write(const pipeline::Partial& partial, JsonWriter& json) {
  json.member("type", "partial");
  json.member("utterance", partial.utterance);
  json.member("text", partial.text);
  json.member("stable_chars", partial.stable_chars);
  json.member("audio_s", rounded(partial.audio_s));
  json.member("lag_ms", rounded(partial.lag_ms));
}

void write(const pipeline::Final& final, JsonWriter& json) {
  json.member("type", "final");
  json.member("utterance", final.utterance);
  json.member("text", final.text);
  json.member("start_s", rounded(final.start_s));
  json.member("end_s", rounded(final.end_s));
  json.member("confidence", rounded(final.confidence));
  write_words(final.words, json);
  write_latency(final.latency, json);
}

void write(const pipeline::Warning& warning, JsonWriter& json) {
  json.member("type", "warning");
  json.member("code", warning.code);
  json.member("message", warning.message);
}

void write(const pipeline::Failure& failure, JsonWriter& json) {
  json.member("type", "error");
  json.member("message", failure.error.message());
}

void write(const pipeline::Level&, JsonWriter&) {}

void write(const pipeline::Summary& summary, JsonWriter& json) {
  json.member("type", "summary");
  json.member("audio_s", rounded(summary.audio_s));
  json.member("cpu_s", rounded(summary.cpu_s));
  json.member("peak_rss_bytes", summary.peak_rss_bytes);
  json.member("utterances", summary.utterances);
  json.member("overruns", summary.overruns);
  json.member("captured_frames", summary.captured_frames);
  json.member("processed_frames", summary.processed_frames);
  json.member("dropped_frames", summary.dropped_frames);
  write_failures(summary.failures, json);
  json.member("realtime_allocations", summary.realtime_allocations);
  json.key("front_end_latency_ms");
  if (const auto& quantiles = summary.front_end_latency_ms) {
    json.begin_object();
    json.member("p50", rounded(quantiles->p50));
    json.member("p99", rounded(quantiles->p99));
    json.member("p99_9", rounded(quantiles->p99_9));
    json.member("max", rounded(quantiles->max));
    json.end_object();
  } else {
    json.null();
  }
  json.key("scheduling");
  if (const auto& audio_thread = summary.scheduling) {
    json.begin_object();
    json.member("state", audio_thread->state);
    json.member("granted_by", audio_thread->granted_by);
    json.end_object();
  } else {
    json.null();
  }
  json.begin_array("threads");
  for (const pipeline::ThreadLoad& load : summary.threads) {
    json.begin_object();
    write_thread(load, json);
    json.end_object();
  }
  json.end_array();
  write_rings(summary.rings, json);
  write_pool(summary.pool, json);
  write_memory(summary.memory, json);
  write_cores(summary.cores, json);
}

}  // namespace

std::optional<std::string> to_json(const pipeline::Event& event) {
  if (std::holds_alternative<pipeline::Level>(event)) return std::nullopt;
  JsonWriter json;
  json.begin_object();
  std::visit([&json](const auto& what) { write(what, json); }, event);
  json.end_object();
  return json.finish();
}

}  // namespace voicestand::service
