#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/child_process.h"

namespace voicestand::service {

// A program of the user's that is told what was said and tells what is to be typed in its place. It reads one JSON
// object from its standard input, {"text": "…", "app": "…"}, where `app` may be null; writes one to its standard
// output,
// {"text": "…"}; and ends with 0. Its stderr is ours. Thread: one at a time; the destructor waits until what was killed
// is dead. Real-time: no.
class TextHook {
 public:
  static constexpr std::size_t kMostAnswerBytes = std::size_t{1} << 20U;

  struct Options {
    std::vector<std::string> argv{};           // argv[0] is looked up in PATH unless it holds a slash
    std::chrono::milliseconds timeout{1'000};  // from its start to its end
  };
  struct Said {
    std::string text;  // UTF-8
    std::string app;   // whom it is said to; empty where nobody knows
  };

  explicit TextHook(Options options) : options_(std::move(options)) {}

  // The program's text: UTF-8 with no control characters but '\n' and '\t', perhaps empty. The program is done when it
  // has ended and nobody holds its output any more. Where that is not within the timeout, its process group is ended
  // with SIGKILL; this returns a few milliseconds later at most, whatever the program does. Errors: kServiceMissing
  // where there is no such program; kWorkerFailed where it is late, fails, or was killed the last time and has not died
  // yet; kBadData where its answer is of no use; kBadConfig where argv is empty; kIo.
  [[nodiscard]] Result<std::string> rewrite(const Said& said);

 private:
  // Kills it with all of its process group, and says why.
  [[nodiscard]] Error end(posix::ChildProcess child, std::size_t answer_bytes);

  Options options_;
  std::optional<posix::ChildProcess> dying_;  // killed, and takes its time
};

}  // namespace voicestand::service
