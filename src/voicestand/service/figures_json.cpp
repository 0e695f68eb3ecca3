#include "voicestand/service/figures_json.h"

namespace voicestand::service {

using Json = nlohmann::ordered_json;

Json rounded_or_null(const std::optional<double>& value) {
  return value ? Json(rounded(*value)) : Json(nullptr);
}

Json latency_json(const pipeline::FinalLatency& latency) {
  return {{"capture_ms", rounded_or_null(latency.capture_ms)},
          {"conditioning_ms", rounded_or_null(latency.conditioning_ms)},
          {"detection_ms", rounded_or_null(latency.detection_ms)},
          {"first_partial_ms", rounded_or_null(latency.first_partial_ms)},
          {"decode_ms", rounded_or_null(latency.decode_ms)},
          {"endpoint_ms", rounded_or_null(latency.endpoint_ms)},
          {"speech_end_to_final_ms", rounded_or_null(latency.speech_end_to_final_ms)},
          {"release_to_final_ms", rounded_or_null(latency.release_to_final_ms)},
          {"text_ms", rounded_or_null(latency.text_ms)},
          {"injection_ms", rounded_or_null(latency.injection_ms)}};
}

Json failures_json(const pipeline::Failures& failures) {
  return {{"capture", failures.capture},
          {"conditioning", failures.conditioning},
          {"detection", failures.detection},
          {"recognition", failures.recognition}};
}

Json memory_json(const pipeline::MemoryLoad& memory) {
  return {{"rss_bytes", or_null(memory.rss_bytes)},
          {"private_bytes", or_null(memory.private_bytes)},
          {"pool_bytes", memory.pool_bytes},
          {"telemetry_bytes", memory.telemetry_bytes}};
}

Json thread_json(const pipeline::ThreadLoad& load) {
  return {{"name", load.name},
          {"cpu_s", rounded(load.cpu_s)},
          {"involuntary_switches", load.involuntary_switches},
          {"allocations", or_null(load.allocations)}};
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

}  // namespace voicestand::service
