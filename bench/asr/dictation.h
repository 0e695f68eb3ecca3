#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/asr/models.h"
#include "bench/noise.h"
#include "voicestand/base/result.h"

namespace voicestand::bench {

// What runs of `voicestand listen --push-to-talk` showed together, one for each recording.
struct Dictation {
  std::vector<double> release_to_final_ms;            // of those that became text, in their order
  std::vector<double> first_partial_ms;               // likewise
  double peak_rss_mib = 0;                            // the most of all
  std::uint64_t overruns = 0;                         // times that audio was lost
  std::optional<std::uint64_t> realtime_allocations;  // where the build counts them
  Noise noise;
};

// Thread: one. At the clock's pace, one after the other. Errors: listen()'s.
[[nodiscard]] Result<Dictation> dictate(const AsrModel& model, std::span<const std::string> recordings);

}  // namespace voicestand::bench
