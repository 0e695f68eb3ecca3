#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/result.h"

namespace voicestand::service {

// What this machine can do for VoiceStand, what it lacks, and what would mend that.
struct Finding {
  enum class State : std::uint8_t {
    kGood,
    kNotice,   // works, but less well than it could
    kMissing,  // something does not work
  };
  std::string name;  // "instruction_sets"
  State state = State::kGood;
  std::string found;  // one line
  std::optional<std::string> remedy;
};

// Thread: any. "good", "notice", "missing".
[[nodiscard]] std::string_view name_of(Finding::State state) noexcept;

// Thread: any; asks the system, and brokers on D-Bus, for real-time rank for a thread of its own. Real-time: no.
// `sysroot` stands before /proc and /sys; what is asked of the running system itself is not asked then.
[[nodiscard]] std::vector<Finding> examine(const std::string& sysroot = {});

// One object: {"good":true,"findings":[{"name","state","found","remedy"}]}.
[[nodiscard]] std::string findings_json(const std::vector<Finding>& findings);

}  // namespace voicestand::service
