#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace voicestand::bench {

// Something that VoiceStand promises, held against what this machine showed just now.
struct Target {
  enum class Sense : std::uint8_t { kAtMost, kAtLeast };

  std::string name;
  double limit = 0;
  std::string unit;
  Sense sense = Sense::kAtMost;
  std::optional<double> measured = std::nullopt;
  std::optional<bool> pass = std::nullopt;  // nothing: it could not be judged here, and does not count as passed
  std::string how{};                        // how it was measured, and what it could not be judged for

  // A value that was measured, in quiet or not: what is reached beside other work would be reached without it; what is
  // missed then says nothing.
  void judge(double value, bool quiet, const std::string& method);
  // What was needed for measuring is not here.
  void leave_open(const std::string& why) { how = "not measured: " + why; }

  [[nodiscard]] bool reached(double value) const noexcept {
    return sense == Sense::kAtMost ? value <= limit : value >= limit;
  }
};

}  // namespace voicestand::bench
