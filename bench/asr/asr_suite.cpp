#include "bench/asr/comparisons.h"
#include "bench/program.h"
#include "bench/suite.h"

namespace voicestand::bench {

Result<void> run_asr(Session& session) {
  auto clips = Clips::open();
  if (!clips) return std::unexpected(std::move(clips.error()));
  hide_user_folders();
  for (const AsrModel& model : kAsrModels) {
    if (auto done = asr::compare_decoding(session, model, *clips); !done) return done;
  }
  if (auto done = asr::compare_live(session, *clips); !done) return done;
  for (const AsrModel& model : kAsrModels) {
    if (auto done = asr::measure_listening(session, model, *clips); !done) return done;
  }
  if (auto done = asr::measure_start(session, *clips); !done) return done;
  asr::measure_binary(session);
  return {};
}

}  // namespace voicestand::bench
