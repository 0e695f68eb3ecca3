#pragma once

#include <string>
#include <vector>

#include "bench/machine.h"
#include "bench/validate/target.h"

namespace voicestand::bench {

// What this machine has, and what that means for VoiceStand: a line of `voicestand doctor`.
struct Hardware {
  std::string name;
  std::string state;
  std::string found;
};

// All promises, as found now.
struct Validation {
  Machine machine;
  std::string commit;
  std::vector<Target> targets;
  std::vector<Hardware> hardware;

  // All were judged, and all are kept.
  [[nodiscard]] bool pass() const noexcept;
  // One is broken.
  [[nodiscard]] bool missed() const noexcept;
};

// Thread: any. For people, as one JSON object, and as a page that needs nothing besides itself.
[[nodiscard]] std::string text_of(const Validation& validation);
[[nodiscard]] std::string json_of(const Validation& validation);
[[nodiscard]] std::string html_of(const Validation& validation);

}  // namespace voicestand::bench
