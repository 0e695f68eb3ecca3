#pragma once

#include <memory>
#include <string>
#include <utility>

#include "bench/child_lines.h"
#include "bench/subject.h"
#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::bench {

// Another recogniser, in a process of its own that runs asr_peer.py and loads the model once. Thread: one.
class PeerEngine {
 public:
  struct Answer {
    Seconds wall{0};  // of the work alone, as the process itself measured it
    Seconds cpu{0};   // of all of the process's threads
  };

  // `engine`, `model`: as asr_peer.py has them. Returns when the model is loaded. Errors: kServiceMissing where it is
  // not installed; kFailed's kin where it does not start.
  [[nodiscard]] static Result<std::unique_ptr<PeerEngine>> start(const std::string& engine, const std::string& model);

  // A WAV file at once, or block by block as from a microphone. Errors: kBadData where it gives no answer, or heard
  // nothing.
  [[nodiscard]] Result<Answer> decode(const std::string& file) { return ask("decode " + file); }
  [[nodiscard]] Result<Answer> live(const std::string& file) { return ask("live " + file); }

 private:
  PeerEngine(std::string name, ChildLines answers, posix::UniqueFd requests)
      : name_(std::move(name)), answers_(std::move(answers)), requests_(std::move(requests)) {}

  [[nodiscard]] Result<Answer> ask(const std::string& request);

  std::string name_;
  ChildLines answers_;
  posix::UniqueFd requests_;
};

}  // namespace voicestand::bench
