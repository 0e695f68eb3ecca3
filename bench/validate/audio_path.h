#pragma once

#include "bench/validate/target.h"
#include "voicestand/base/result.h"

// Promises of the audio path, measured in this process. Thread: one. Errors: the models', the recordings'; then nothing
// was judged.
namespace voicestand::bench {

// A device of 128 frames at 48 kHz beside as many busy loops as there are cores.
[[nodiscard]] Result<void> measure_latency_target(Target& target);

// Processor time of the front end against that of one with locks and a heap block for each buffer.
[[nodiscard]] Result<void> measure_efficiency(Target& target);

// The highest sampling rate of stereo that one core keeps up with.
[[nodiscard]] Result<void> measure_throughput(Target& target);

}  // namespace voicestand::bench
