#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>

#include "voicestand/pipeline/event.h"
#include "voicestand/pipeline/window_log.h"
#include "voicestand/service/latencies.h"

namespace voicestand::pipeline {
class LiveSession;
}

namespace voicestand::service {

// What the live sessions of this program have come to, the one that runs now included. Counts never fall: a session
// that has ended stays in them.
class Ledger {
 public:
  struct Reading {
    bool running = false;       // a session
    pipeline::Summary summary;  // counts: of all sessions; what there is: of the one that runs, else nothing
    Latencies latencies;
    pipeline::WindowLog::Stretch windows;  // of the session that runs
  };

  Ledger();

  // Thread: the sessions' owner, one at a time. `session` lives until end().
  void begin(const pipeline::LiveSession& session);
  void end();
  // Thread: any. A text was typed.
  void typed(std::optional<double> injection_ms, std::optional<double> release_to_text_ms);

  // Thread: any. Real-time: no. `windows`: how many of the newest are wanted.
  [[nodiscard]] std::unique_ptr<Reading> read(std::size_t windows) const;
  // Brings `reading`'s windows up to now, and nothing else of it.
  void read_windows(Reading& reading, std::size_t windows) const;

 private:
  mutable std::mutex mutex_;  // protects the following: a session does not end while it is read
  const pipeline::LiveSession* session_ = nullptr;
  pipeline::Summary ended_;  // sessions
  Latencies latencies_;      // likewise
};

}  // namespace voicestand::service
