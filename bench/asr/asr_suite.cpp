#include <cstdlib>

#include "bench/asr/comparisons.h"
#include "bench/suite.h"

namespace voicestand::bench {

Result<void> run_asr(Session& session) {
  auto clips = Clips::open();
  if (!clips) return std::unexpected(std::move(clips.error()));
  // The programs that are started know nothing of what the user has set or stored. No other thread runs yet.
  for (const char* name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME"})
    ::setenv(name, "/nonexistent", 1);  // NOLINT(concurrency-mt-unsafe)
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
