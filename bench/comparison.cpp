#include "bench/comparison.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "bench/bootstrap.h"
#include "bench/chance.h"
#include "bench/regression.h"

namespace voicestand::bench {
namespace {

constexpr std::size_t kFewestRounds = 15;  // for a judgement

std::optional<Bar> bar_for(const Comparison& comparison, const std::string& variant, const std::string& to) {
  for (const RatioBar& bar : comparison.bars) {
    if (bar.variant == variant && bar.to == to) return at_least(bar.at_least);
  }
  return std::nullopt;
}

// In the unit: of a rate, the ends change places.
std::optional<Estimate> slope_in(const Unit& unit, std::span<const Turn> turns) {
  if (!have_slope(turns)) return std::nullopt;
  const Estimate seconds = slope_estimate(turns);
  const double one = unit.of(seconds.ci95.low);
  const double other = unit.of(seconds.ci95.high);
  return Estimate{.value = unit.of(seconds.value), .ci95 = {.low = std::min(one, other), .high = std::max(one, other)}};
}

}  // namespace

const Figure* Outcome::result_named(const std::string& name) const {
  const auto found = std::ranges::find(results, name, &Figure::name);
  return found == results.end() ? nullptr : &*found;
}

const Ratio* Outcome::ratio_of(const std::string& name, const std::string& to) const {
  const auto found = std::ranges::find_if(ratios, [&](const Ratio& it) { return it.name == name && it.to == to; });
  return found == ratios.end() ? nullptr : &*found;
}

Outcome measure(const Comparison& comparison, const Plan& plan) {
  const NoiseWatch watch;
  const auto turns = interleave(comparison.subjects, plan);
  Outcome outcome;
  outcome.noise = watch.so_far();
  if (comparison.crowded) outcome.noise = outcome.noise.beside_own_load();
  outcome.judged = outcome.noise.quiet() && turns.front().size() >= kFewestRounds;

  std::vector<std::vector<double>> times;
  for (const std::vector<Turn>& row : turns) times.push_back(times_of(row));
  for (std::size_t i = 0; i < turns.size(); ++i) {
    std::vector<double> values;
    for (const double time : times[i]) values.push_back(comparison.unit.of(time));
    const Subject& subject = comparison.subjects[i];
    const bool plain = subject.side == Subject::Side::kOurs && subject.name.empty();
    outcome.results.push_back({.suite = comparison.suite,
                               .name = comparison.name_of(subject),
                               .unit = comparison.unit.name(),
                               .summary = summarise(values),
                               .bar = plain ? comparison.bar : std::nullopt,
                               .more_is_better = comparison.unit.more_is_better(),
                               .judged = outcome.judged,
                               .group = comparison.name,
                               .turns = turns[i],
                               .slope = slope_in(comparison.unit, turns[i])});
  }
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (comparison.subjects[i].side != Subject::Side::kOurs) continue;
    for (std::size_t k = 0; k < times.size(); ++k) {
      if (comparison.subjects[k].side != Subject::Side::kPeer) continue;
      const Estimate estimate = ratio_of_medians(times[k], times[i]);  // of times: the peer's above ours
      outcome.ratios.push_back({.suite = comparison.suite,
                                .name = outcome.results[i].name,
                                .value = estimate.value,
                                .ci95 = estimate.ci95,
                                .of = kOurName,
                                .to = comparison.subjects[k].name,
                                .bar = bar_for(comparison, comparison.subjects[i].name, comparison.subjects[k].name),
                                .judged = outcome.judged,
                                .chance = chance_in_turns(times[k], times[i])});
    }
  }
  return outcome;
}

}  // namespace voicestand::bench
