#include "bench/comparison.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "bench/bootstrap.h"

namespace voicestand::bench {
namespace {

constexpr std::size_t kFewestRounds = 15;  // for a judgement

std::optional<Bar> bar_for(const Comparison& comparison, const std::string& variant, const std::string& to) {
  for (const RatioBar& bar : comparison.bars) {
    if (bar.variant == variant && bar.to == to) return at_least(bar.at_least);
  }
  return std::nullopt;
}

}  // namespace

const Ratio* Outcome::ratio_of(const std::string& name, const std::string& to) const {
  const auto found = std::ranges::find_if(ratios, [&](const Ratio& it) { return it.name == name && it.to == to; });
  return found == ratios.end() ? nullptr : &*found;
}

Outcome measure(const Comparison& comparison, const Plan& plan) {
  const NoiseWatch watch;
  const auto times = interleave(comparison.subjects, plan);
  Outcome outcome;
  outcome.noise = watch.so_far();
  if (comparison.crowded) outcome.noise.pressure.reset();
  outcome.judged = outcome.noise.quiet() && times.front().size() >= kFewestRounds;

  for (std::size_t i = 0; i < times.size(); ++i) {
    std::vector<double> values;
    for (const double time : times[i]) values.push_back(comparison.unit.of(time));
    const Subject& subject = comparison.subjects[i];
    const bool plain = subject.side == Subject::Side::kOurs && subject.name.empty();
    outcome.results.push_back({.suite = comparison.suite,
                               .name = comparison.name_of(subject),
                               .unit = comparison.unit.name(),
                               .summary = summarise(values),
                               .bar = plain ? comparison.bar : std::nullopt});
  }
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (comparison.subjects[i].side != Subject::Side::kOurs) continue;
    for (std::size_t k = 0; k < times.size(); ++k) {
      if (comparison.subjects[k].side != Subject::Side::kPeer) continue;
      const RatioEstimate estimate = ratio_of_medians(times[k], times[i]);  // of times: the peer's above ours
      outcome.ratios.push_back({.suite = comparison.suite,
                                .name = outcome.results[i].name,
                                .value = estimate.value,
                                .ci95 = estimate.ci95,
                                .of = kOurName,
                                .to = comparison.subjects[k].name,
                                .bar = bar_for(comparison, comparison.subjects[i].name, comparison.subjects[k].name)});
    }
  }
  return outcome;
}

}  // namespace voicestand::bench
