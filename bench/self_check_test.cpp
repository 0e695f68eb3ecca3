#include "bench/self_check.h"

#include <cmath>
#include <iostream>
#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "bench/chance.h"
#include "bench/change.h"
#include "bench/round_ratios.h"

namespace voicestand::bench {
namespace {

// A machine in virtual time that drifts: what it gives wanders, and each turn is off by a little and sometimes by much.
class Drifting {
 public:
  Seconds spend(double seconds) {
    drift_ += step_(random_);
    const double held_up = uniform_(random_) < 0.03 ? 1.5 : 1;
    return Seconds(seconds * held_up * std::exp(drift_ + jitter_(random_)));
  }

 private:
  std::mt19937_64 random_{11};
  std::normal_distribution<double> step_{0, 0.02};
  std::normal_distribution<double> jitter_{0, 0.02};
  std::uniform_real_distribution<double> uniform_;
  double drift_ = 0;
};

Spend work_on(const std::shared_ptr<Drifting>& machine, double seconds_each = 1e-6) {
  return [machine, seconds_each](std::uint64_t iterations) {
    return machine->spend(seconds_each * static_cast<double>(iterations));
  };
}

constexpr Plan kPlan{.sample = Seconds(0.001), .rounds = 40};

TEST(SelfCheck, OnADriftingMachineTurnsCancelWhatRunsDoNot) {
  const FalseAlarms alarms = count_false_alarms(work_on(std::make_shared<Drifting>()), 300, kPlan);
  std::cout << text_of(alarms);
  EXPECT_TRUE(alarms.allowed(alarms.in_turns));
  EXPECT_TRUE(alarms.allowed(alarms.of_ratios));
  EXPECT_FALSE(alarms.allowed(alarms.between_runs)) << "the drift of this test is too small to show anything";
}

TEST(SelfCheck, OnADriftingMachineADifferenceIsStillSeen) {
  const auto machine = std::make_shared<Drifting>();
  const std::vector<Subject> subjects{ours("", work_on(machine)), peer("slower", work_on(machine, 1.03e-6))};
  int seen = 0;
  for (int i = 0; i < 50; ++i) {
    const auto turns = interleave(subjects, {.sample = Seconds(0.001), .rounds = 200});
    seen += chance_in_turns(times_of(turns.front()), times_of(turns.back())) < kSignificance ? 1 : 0;
  }
  EXPECT_GE(seen, 45);
}

// Two runs far apart on such a machine, the later one's work 8 % slower: the runs themselves cannot tell, their ratios
// to a peer can.
TEST(SelfCheck, OnADriftingMachineAChangedRatioIsSeen) {
  const auto machine = std::make_shared<Drifting>();
  const auto ratios_of_run = [&](double seconds_each) {
    const std::vector<Subject> subjects{ours("", work_on(machine, seconds_each)),
                                        peer("other", work_on(machine, 3e-6))};
    const auto turns = interleave(subjects, {.sample = Seconds(0.001), .rounds = 200});
    return round_ratios(times_of(turns.front()), times_of(turns.back()), false);
  };
  int seen = 0;
  for (int i = 0; i < 20; ++i) {
    const auto change = change_since(ratios_of_run(1e-6), ratios_of_run(1.08e-6), true);
    seen += change && change->verdict == Change::Verdict::kRegressed ? 1 : 0;
  }
  EXPECT_GE(seen, 19);
}

// The one experiment on the real clock; turns meet whatever else runs here alike. Of 300 with a chance of 1 %, more
// than 12 come once in fifty thousand.
TEST(SelfCheck, WithRealWorkAlarmsAreRare) {
  const FalseAlarms alarms = check_itself(300);
  std::cout << text_of(alarms);
  EXPECT_LE(alarms.in_turns, 12);
}

TEST(SelfCheck, AllowsWhatChanceAdds) {
  const FalseAlarms alarms{.experiments = 1'000, .noise = {}};
  EXPECT_TRUE(alarms.allowed(10));
  EXPECT_TRUE(alarms.allowed(19));
  EXPECT_FALSE(alarms.allowed(20));
}

}  // namespace
}  // namespace voicestand::bench
