#pragma once

#include <vector>

#include "bench/validate/target.h"
#include "bench/validate/validation.h"
#include "voicestand/base/result.h"

// Promises of the program as a whole, measured from outside. Thread: one.
namespace voicestand::bench {

struct DictationTargets {
  Target& release_to_text;
  Target& peak_rss;
  Target& realtime_allocations;
  Target& overruns;
};

// Push-to-talk on clips of speech at the clock's pace. Errors: no model, no recording, no program.
[[nodiscard]] Result<void> measure_dictation(DictationTargets targets);

// What the program carries while it only listens. Errors: likewise.
[[nodiscard]] Result<void> measure_audio_path_memory(Target& target);

// Errors: stripped_size()'s.
[[nodiscard]] Result<void> measure_binary_size(Target& target);

// What `voicestand doctor` says. Errors: ChildProcess's, kBadData.
[[nodiscard]] Result<std::vector<Hardware>> hardware_of_this_machine();

}  // namespace voicestand::bench
