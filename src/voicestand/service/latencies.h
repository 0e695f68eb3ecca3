#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "voicestand/pipeline/live_figures.h"
#include "voicestand/telemetry/latency_histogram.h"

namespace voicestand::service {

[[nodiscard]] constexpr std::chrono::nanoseconds from_ms(double ms) noexcept {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(ms * 1e6));
}

// Thread: any. Real-time: no. How many took no longer than each of these bounds, which rise.
[[nodiscard]] inline std::vector<std::uint64_t> counts_within(const telemetry::LatencyHistogram& histogram,
                                                              std::span<const double> bounds_ms) {
  std::vector<std::chrono::nanoseconds> bounds;
  for (const double bound_ms : bounds_ms) bounds.push_back(from_ms(bound_ms));
  std::vector<std::uint64_t> counts(bounds.size());
  histogram.count_within(bounds, counts);
  return counts;
}

// What is promised: of a block's way to detection, where the device's blocks are short enough, and of a text's after
// the key's release.
inline constexpr double kCaptureToVadMs = 5;
inline constexpr double kReleaseToTextMs = 50;

// How long each stage took, every time, in all sessions of this program.
struct Latencies {
  telemetry::LatencyHistogram capture_to_vad;
  telemetry::LatencyHistogram first_partial;
  telemetry::LatencyHistogram speech_end_to_final;
  telemetry::LatencyHistogram release_to_final;
  telemetry::LatencyHistogram decode;
  telemetry::LatencyHistogram inject;
  telemetry::LatencyHistogram release_to_text;

  // Thread: any. Real-time: no. Adds what a session has counted, or what another such collection has.
  void add(const pipeline::LiveFigures& figures) noexcept {
    capture_to_vad.merge(figures.front_end);
    first_partial.merge(figures.first_partial);
    speech_end_to_final.merge(figures.speech_end_to_final);
    release_to_final.merge(figures.release_to_final);
    decode.merge(figures.decode);
  }
  void add(const Latencies& other) noexcept;
};

// One of them, and how it is told.
struct LatencyStage {
  std::string_view name;  // "decode"
  telemetry::LatencyHistogram Latencies::* histogram;
  double target_ms;  // that the 95th or a later percentile is to stay below; 0: none
  std::string_view help;
};

// In the order in which they happen.
inline constexpr std::array<LatencyStage, 7> kLatencyStages{{
    {"capture_to_vad", &Latencies::capture_to_vad, kCaptureToVadMs,
     "From the first sample of a captured block to its 16 kHz counterpart readable by voice detection."},
    {"first_partial", &Latencies::first_partial, 0,
     "From the delivery of the first speech sample to the first partial text."},
    {"decode", &Latencies::decode, 0, "The recogniser's time for one decode."},
    {"speech_end_to_final", &Latencies::speech_end_to_final, 0,
     "From the delivery of the last speech sample to the final text."},
    {"release_to_final", &Latencies::release_to_final, 0, "From the key's release to the final text."},
    {"inject", &Latencies::inject, 0, "From the final text to its being typed."},
    {"release_to_text", &Latencies::release_to_text, kReleaseToTextMs,
     "From the key's release to the text being typed."},
}};

inline void Latencies::add(const Latencies& other) noexcept {
  for (const LatencyStage& stage : kLatencyStages) (this->*stage.histogram).merge(other.*stage.histogram);
}

}  // namespace voicestand::service
