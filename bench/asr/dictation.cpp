#include "bench/asr/dictation.h"

#include <algorithm>

#include "bench/asr/listen_run.h"
#include "bench/unit.h"

namespace voicestand::bench {

Result<Dictation> dictate(const AsrModel& model, std::span<const std::string> recordings) {
  Dictation all;
  const NoiseWatch watch;
  for (const std::string& recording : recordings) {
    const auto run = listen(model.id, recording, {"--push-to-talk"});
    if (!run) return std::unexpected(run.error());
    if (run->release_to_final) all.release_to_final_ms.push_back(ms_of(*run->release_to_final));
    if (run->first_partial) all.first_partial_ms.push_back(ms_of(*run->first_partial));
    all.peak_rss_mib = std::max(all.peak_rss_mib, run->peak_rss_mib);
    all.overruns += run->overruns + (run->dropped_frames > 0 ? 1 : 0);
    if (run->realtime_allocations)
      all.realtime_allocations = all.realtime_allocations.value_or(0) + *run->realtime_allocations;
  }
  all.noise = watch.so_far();
  return all;
}

}  // namespace voicestand::bench
