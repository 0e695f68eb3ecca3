#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "bench/statistics.h"

namespace voicestand::bench {

// Smaller changes than this are told, but are nobody's matter: a program that is linked in another order changes as
// much.
inline constexpr double kNoiseThreshold = 0.02;

// What became of a result since an earlier run.
struct Change {
  enum class Verdict : std::uint8_t {
    kNone,         // chance alone does as much
    kWithinNoise,  // there is one, but its interval does not lie wholly beyond the threshold
    kImproved,
    kRegressed,
    kUnknown,  // too few samples to say
  };

  double value = 0;  // of the median, as a share of the earlier one
  Interval ci95;
  std::optional<double> chance;  // of as much where nothing changed (bench/chance.h)
  Verdict verdict = Verdict::kUnknown;

  // That it changed: 1 less the chance that it did not.
  [[nodiscard]] std::optional<double> probability() const noexcept {
    return chance ? std::optional(1 - *chance) : std::nullopt;
  }
};

// Thread: any. Nothing where the earlier median is not above 0. `more_is_better`: of the unit.
[[nodiscard]] std::optional<Change> change_since(const Summary& before, const Summary& now, bool more_is_better);

// Thread: any. For the JSON: "none", "within_noise", "improved", "regressed", "unknown".
[[nodiscard]] std::string_view name_of(Change::Verdict verdict) noexcept;
// For people.
[[nodiscard]] std::string_view words_for(Change::Verdict verdict) noexcept;

}  // namespace voicestand::bench
