#pragma once

#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "voicestand/pipeline/event.h"
#include "voicestand/service/words_json.h"

// Parts of what is told as JSON: of a session's end, and of a program to those who look on. Thread: any. Real-time: no.
namespace voicestand::service {

template <typename T>
[[nodiscard]] nlohmann::ordered_json or_null(const std::optional<T>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

[[nodiscard]] nlohmann::ordered_json rounded_or_null(const std::optional<double>& value);

[[nodiscard]] nlohmann::ordered_json latency_json(const pipeline::FinalLatency& latency);
[[nodiscard]] nlohmann::ordered_json failures_json(const pipeline::Failures& failures);
[[nodiscard]] nlohmann::ordered_json memory_json(const pipeline::MemoryLoad& memory);
[[nodiscard]] nlohmann::ordered_json thread_json(const pipeline::ThreadLoad& load);
[[nodiscard]] nlohmann::ordered_json rings_json(const std::vector<pipeline::RingLoad>& loads);
[[nodiscard]] nlohmann::ordered_json pool_json(const std::vector<pipeline::PoolLoad>& loads);
[[nodiscard]] nlohmann::ordered_json cores_json(const std::vector<pipeline::CoreLoad>& loads);

}  // namespace voicestand::service
