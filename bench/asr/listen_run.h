#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/subject.h"
#include "voicestand/base/result.h"

namespace voicestand::bench {

// What one run of `voicestand listen` on a recording showed from outside.
struct ListenRun {
  Seconds start_to_ready{0};  // from the program's start to its `ready` line
  std::optional<Seconds>
      first_partial;  // the first utterance: from its onset (`at_s`) in the audio to the partial's line
  std::optional<Seconds> release_to_final;  // the program's own account; with push-to-talk alone
  Seconds cpu_after_ready{0};               // of the session: without loading the model
  double peak_rss_mib = 0;
  std::uint64_t overruns = 0;
  std::uint64_t dropped_frames = 0;
  std::optional<std::uint64_t> realtime_allocations;  // where the build counts them
};

// Thread: one. Runs the program beside this one to its end, at the clock's pace unless `arguments` say otherwise.
// Errors: ChildProcess's; kBadData where the run failed or was not complete.
[[nodiscard]] Result<ListenRun> listen(const std::string& model, const std::string& recording,
                                       const std::vector<std::string>& arguments = {});

}  // namespace voicestand::bench
