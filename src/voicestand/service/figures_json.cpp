#include "voicestand/service/figures_json.h"

#include <cmath>

namespace voicestand::service {

using text::JsonWriter;

double rounded(double value) {
  return std::round(value * 1000) / 1000;
}

std::optional<double> rounded(const std::optional<double>& value) {
  return value ? std::optional(rounded(*value)) : std::nullopt;
}

std::optional<double> rounded(const std::optional<float>& value) {
  return value ? std::optional(rounded(static_cast<double>(*value))) : std::nullopt;
}

void write_words(const std::optional<std::vector<speech::Word>>& words, JsonWriter& json) {
  if (!words) return json.null_member("words");
  json.begin_array("words");
  for (const speech::Word& word : *words) {
    json.begin_object();
    json.member("word", word.text);
    json.member("start_s", rounded(word.start_s));
    json.member("end_s", rounded(word.end_s));
    json.member("confidence", rounded(word.confidence));
    json.end_object();
  }
  json.end_array();
}

void write_latency(const pipeline::FinalLatency& latency, JsonWriter& json) {
  json.begin_object("latency");
  json.member("capture_ms", rounded(latency.capture_ms));
  json.member("conditioning_ms", rounded(latency.conditioning_ms));
  json.member("detection_ms", rounded(latency.detection_ms));
  json.member("first_partial_ms", rounded(latency.first_partial_ms));
  json.member("decode_ms", rounded(latency.decode_ms));
  json.member("endpoint_ms", rounded(latency.endpoint_ms));
  json.member("speech_end_to_final_ms", rounded(latency.speech_end_to_final_ms));
  json.member("release_to_final_ms", rounded(latency.release_to_final_ms));
  json.member("text_ms", rounded(latency.text_ms));
  json.member("injection_ms", rounded(latency.injection_ms));
  json.end_object();
}

void write_failures(const pipeline::Failures& failures, JsonWriter& json) {
  json.begin_object("processing_failures");
  json.member("capture", failures.capture);
  json.member("conditioning", failures.conditioning);
  json.member("detection", failures.detection);
  json.member("recognition", failures.recognition);
  json.end_object();
}

void write_memory(const pipeline::MemoryLoad& memory, JsonWriter& json) {
  json.begin_object("memory");
  json.member("rss_bytes", memory.rss_bytes);
  json.member("private_bytes", memory.private_bytes);
  json.member("pool_bytes", memory.pool_bytes);
  json.member("telemetry_bytes", memory.telemetry_bytes);
  json.end_object();
}

void write_thread(const pipeline::ThreadLoad& load, JsonWriter& json) {
  json.member("name", load.name);
  json.member("cpu_s", rounded(load.cpu_s));
  json.member("involuntary_switches", load.involuntary_switches);
  json.member("allocations", load.allocations);
}

void write_rings(const std::vector<pipeline::RingLoad>& loads, JsonWriter& json) {
  json.begin_array("rings");
  for (const pipeline::RingLoad& load : loads) {
    json.begin_object();
    json.member("name", load.name);
    json.member("capacity", load.capacity);
    json.member("fill_ratio", rounded(load.fill_ratio));
    json.member("high_water_ratio", rounded(load.high_water_ratio));
    json.member("overruns", load.overruns);
    json.member("dropped_frames", load.dropped_frames);
    json.end_object();
  }
  json.end_array();
}

void write_pool(const std::vector<pipeline::PoolLoad>& loads, JsonWriter& json) {
  json.begin_array("pool");
  for (const pipeline::PoolLoad& load : loads) {
    json.begin_object();
    json.member("block_bytes", load.block_bytes);
    json.member("blocks", load.blocks);
    json.member("in_use", load.in_use);
    json.member("high_water", load.high_water);
    json.member("exhausted", load.exhausted);
    json.end_object();
  }
  json.end_array();
}

void write_cores(const std::vector<pipeline::CoreLoad>& loads, JsonWriter& json) {
  if (loads.empty()) return json.null_member("cores");
  json.begin_array("cores");
  for (const pipeline::CoreLoad& load : loads) {
    json.begin_object();
    json.member("core", load.core);
    json.member("kind", load.kind);
    json.member("utilisation", rounded(load.utilisation));
    json.end_object();
  }
  json.end_array();
}

}  // namespace voicestand::service
