#include "bench/change.h"

#include <cstddef>

#include "bench/bootstrap.h"
#include "bench/chance.h"

namespace voicestand::bench {
namespace {

// Of fewer, no rearrangement is rare enough for the 99 % level.
constexpr std::size_t kFewestValues = 8;

Change::Verdict judge(const Change& change, bool more_is_better) noexcept {
  if (!change.chance) return Change::Verdict::kUnknown;
  if (*change.chance >= kSignificance) return Change::Verdict::kNone;
  const bool more = change.ci95.low > kNoiseThreshold;
  const bool less = change.ci95.high < -kNoiseThreshold;
  if (!more && !less) return Change::Verdict::kWithinNoise;
  return more == more_is_better ? Change::Verdict::kImproved : Change::Verdict::kRegressed;
}

struct Told {
  std::string_view name;  // in the JSON
  std::string_view words;
};

Told told(Change::Verdict verdict) noexcept {
  switch (verdict) {
    case Change::Verdict::kNone:
      return {.name = "none", .words = "no change"};
    case Change::Verdict::kWithinNoise:
      return {.name = "within_noise", .words = "within noise"};
    case Change::Verdict::kImproved:
      return {.name = "improved", .words = "improved"};
    case Change::Verdict::kRegressed:
      return {.name = "regressed", .words = "regressed"};
    case Change::Verdict::kUnknown:
      break;
  }
  return {.name = "unknown", .words = "too few samples to say"};
}

}  // namespace

std::optional<Change> change_since(const Summary& before, const Summary& now, bool more_is_better) {
  if (!(before.p50 > 0)) return std::nullopt;
  const double value = now.p50 / before.p50 - 1;
  Change change{.value = value, .ci95 = {.low = value, .high = value}, .chance = std::nullopt};
  if (before.values.size() >= kFewestValues && now.values.size() >= kFewestValues) {
    change.ci95 = change_of_medians(now.values, before.values).ci95;
    change.chance = chance_between(now.values, before.values);
  }
  change.verdict = judge(change, more_is_better);
  return change;
}

std::string_view name_of(Change::Verdict verdict) noexcept {
  return told(verdict).name;
}

std::string_view words_for(Change::Verdict verdict) noexcept {
  return told(verdict).words;
}

}  // namespace voicestand::bench
