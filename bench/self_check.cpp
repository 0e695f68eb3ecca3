#include "bench/self_check.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/chance.h"
#include "bench/change.h"
#include "bench/round_ratios.h"
#include "bench/statistics.h"
#include "bench/table.h"

namespace voicestand::bench {
namespace {

constexpr Plan kShort{.sample = Seconds(0.00005), .rounds = 40};

Summary summary_of(const std::vector<double>& times) {
  Summary summary;
  summary.count = times.size();
  summary.p50 = median(times);
  summary.values = times;
  return summary;
}

// Mixes a block of numbers in place, in the first cache. Copies share it: where memory lies makes a difference.
Spend real_work() {
  return timed([block = std::make_shared<std::array<std::uint32_t, 64>>()] {
    for (std::uint32_t& number : *block) number = (number ^ (number >> 15U)) * 2'246'822'519U + 1;
    keep(*block);
  });
}

bool alarm(const std::optional<Change>& change) {
  return change && (change->verdict == Change::Verdict::kImproved || change->verdict == Change::Verdict::kRegressed);
}

std::string line(const FalseAlarms& alarms, const char* what, int count, bool judged) {
  const char* verdict = !judged ? "not judged" : alarms.allowed(count) ? "as it should be" : "more than chance allows";
  return fmt::format("{}: {} of {} told apart at the 99 % level, {:.2f} %: {}\n", what, count, alarms.experiments,
                     100.0 * count / alarms.experiments, verdict);
}

}  // namespace

bool FalseAlarms::allowed(int alarms) const noexcept {
  const double expected = kSignificance * experiments;
  return alarms <= expected + 3 * std::sqrt(expected * (1 - kSignificance));
}

FalseAlarms count_false_alarms(const Spend& work, int experiments, const Plan& plan) {
  const std::vector<Subject> subjects{ours("", work), peer("itself", work)};
  FalseAlarms alarms{.experiments = experiments, .noise = {}};
  const NoiseWatch watch;
  Summary before;
  Summary ratio_before;
  for (int i = 0; i < experiments; ++i) {
    const auto turns = interleave(subjects, plan);
    const auto one = times_of(turns.front());
    const auto other = times_of(turns.back());
    alarms.in_turns += chance_in_turns(one, other) < kSignificance ? 1 : 0;
    Summary now = summary_of(one);
    Summary ratio_now = round_ratios(one, other, false);
    if (i > 0) {
      alarms.between_runs += alarm(change_since(before, now, false)) ? 1 : 0;
      alarms.of_ratios += alarm(change_since(ratio_before, ratio_now, true)) ? 1 : 0;
    }
    before = std::move(now);
    ratio_before = std::move(ratio_now);
  }
  alarms.noise = watch.so_far();
  return alarms;
}

FalseAlarms check_itself(int experiments) {
  return count_false_alarms(real_work(), experiments, kShort);
}

std::string text_of(const FalseAlarms& alarms) {
  return line(alarms, "a subject beside itself, in turns", alarms.in_turns, true) +
         line(alarms, "a run since the run before it", alarms.between_runs, alarms.noise.quiet()) +
         line(alarms, "its ratio to a peer, since the run before", alarms.of_ratios, true) + line_of(alarms.noise);
}

}  // namespace voicestand::bench
