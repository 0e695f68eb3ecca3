#pragma once

#include <string_view>

#include "bench/bar.h"

namespace voicestand::bench {

// Something that VoiceStand promises.
struct Promise {
  std::string_view name;  // as `validate` tells it
  std::string_view unit;
  Bar bar;
};

// Each limit once: `validate` judges by them, and the suites where they measure the same.
namespace promises {

inline constexpr Promise kAudioLatency{.name = "audio_latency_p99_9_ms", .unit = "ms", .bar = at_most(5)};
inline constexpr Promise kReleaseToText{.name = "release_to_text_p95_ms", .unit = "ms", .bar = at_most(50)};
inline constexpr Promise kPeakRss{.name = "peak_rss_mib", .unit = "MiB", .bar = at_most(100)};
inline constexpr Promise kAudioPathMemory{.name = "audio_path_memory_mib", .unit = "MiB", .bar = at_most(5)};
inline constexpr Promise kRealtimeAllocations{.name = "realtime_allocations", .unit = "", .bar = at_most(0)};
inline constexpr Promise kCpuEfficiency{.name = "cpu_efficiency_ratio", .unit = "x", .bar = at_least(10)};
inline constexpr Promise kThroughput{.name = "throughput_khz", .unit = "kHz", .bar = at_least(96)};
inline constexpr Promise kBinary{.name = "binary_mib", .unit = "MiB", .bar = at_most(1.4)};
inline constexpr Promise kOverruns{.name = "overruns", .unit = "", .bar = at_most(0)};

}  // namespace promises
}  // namespace voicestand::bench
