#pragma once

#include <algorithm>
#include <cstddef>

#include "voicestand/base/clock.h"
#include "voicestand/pipeline/live_trace.h"
#include "voicestand/pipeline/window_log.h"
#include "voicestand/telemetry/counter.h"
#include "voicestand/telemetry/gauge.h"
#include "voicestand/telemetry/latency_histogram.h"

namespace voicestand::pipeline {

struct FinalLatency;

// What one of the three rings has been through.
struct RingFigures {
  telemetry::Gauge fill;              // set by who pushes, before it is there to pop; let fall by who pops
  telemetry::Counter overruns;        // how often there was no room
  telemetry::Counter dropped_frames;  // lost by that and, in the capture ring, by the device; captured frames
};

// What did not work, of which the live path made the best.
struct StageFailures {
  telemetry::Counter capture;       // the device went away, or the source ended in an error
  telemetry::Counter conditioning;  // audio of a format that is refused
  telemetry::Counter detection;     // windows that no memory was left for
  telemetry::Counter recognition;   // decodes that failed, and engines that were started again
};

// All that a live session counts while it runs, in one place. Its threads write, each what is its own; any thread may
// read at any time. What is told of a session is made of these (Summary, metrics), and of nothing else.
struct LiveFigures {
  // Once nothing is on its way any more: captured = processed + dropped (both rings').
  telemetry::Counter captured_frames;   // at the source's rate: delivered, or known to be lost by the device
  telemetry::Counter processed_frames;  // of them, those handed to detection

  RingFigures capture;
  RingFigures process;
  RingFigures speech;
  StageFailures failures;
  telemetry::Counter utterances;

  telemetry::LatencyHistogram front_end;  // of each block of an input in real time: docs/latency.md
  telemetry::LatencyHistogram first_partial;
  telemetry::LatencyHistogram speech_end_to_final;
  telemetry::LatencyHistogram release_to_final;
  telemetry::LatencyHistogram decode;  // of each decode that was not given up: the engine's time

  WindowLog windows;
  LiveTrace trace;

  // Thread: any. Real-time: yes. Records what is known of a final.
  void take(const FinalLatency& latency) noexcept VS_REALTIME;
};

static_assert(sizeof(LiveFigures) <= std::size_t{256} * 1024);

// Two rings that fill together, blocks and what belongs to each: as if the fuller one were the first.
[[nodiscard]] constexpr std::size_t fuller(std::size_t used, std::size_t capacity, std::size_t other_used,
                                           std::size_t other_capacity) noexcept VS_REALTIME {
  return std::max(used, other_used * (capacity / other_capacity));
}

}  // namespace voicestand::pipeline
