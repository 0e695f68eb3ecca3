#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/noise.h"
#include "voicestand/base/result.h"
#include "voicestand/telemetry/latency_histogram.h"

namespace voicestand::bench {

struct LatencyRun {
  std::size_t block_frames = 128;  // of 48 kHz, mono
  std::uint64_t blocks = 1'000;
  int busy_loops = 2;
  int repetitions = 1;
};

// What is promised of latency is promised of this.
inline constexpr LatencyRun kSmallBlocks{.block_frames = 128, .blocks = 1'100, .repetitions = 5};

struct LatencyOutcome {
  std::vector<double> p99_9_ms;  // of each repetition
  bool feeder_realtime = true;   // whether the system let it run under SCHED_FIFO each time
  bool conditioning_realtime = true;
  Noise noise;  // beside its own load
};

// Thread: one. Plays a device: blocks fall due at fixed times from the start on, whatever became of those before, and
// go through the capture queue, conditioning and the process queue to voice detection. Adds to `latency` for each block
// the time from its first sample to its 16 kHz counterpart readable by detection, counted from when the block was due.
// Errors: the model's, the stages', kFailed's kin where a block was lost.
[[nodiscard]] Result<LatencyOutcome> measure_latency(const LatencyRun& run, const std::string& model,
                                                     telemetry::LatencyHistogram& latency);

}  // namespace voicestand::bench
