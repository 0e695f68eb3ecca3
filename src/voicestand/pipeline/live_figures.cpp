#include "voicestand/pipeline/live_figures.h"

#include <chrono>
#include <optional>

#include "voicestand/pipeline/event.h"

namespace voicestand::pipeline {
namespace {

void record(telemetry::LatencyHistogram& histogram, std::optional<double> ms) noexcept VS_REALTIME {
  if (ms) histogram.record(std::chrono::nanoseconds(static_cast<std::int64_t>(*ms * 1e6)));
}

}  // namespace

void LiveFigures::take(const FinalLatency& latency) noexcept {
  record(first_partial, latency.first_partial_ms);
  record(speech_end_to_final, latency.speech_end_to_final_ms);
  record(release_to_final, latency.release_to_final_ms);
}

}  // namespace voicestand::pipeline
