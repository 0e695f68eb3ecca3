#pragma once

#include <string>

#include "bench/interleave.h"
#include "bench/noise.h"
#include "bench/subject.h"

namespace voicestand::bench {

// How often two results that are one and the same are told apart at the 99 % level.
struct FalseAlarms {
  int experiments = 0;
  int in_turns = 0;      // a subject beside itself, in turns (bench/chance.h)
  int between_runs = 0;  // a run since the one before it, improved or regressed (bench/change.h)
  int of_ratios = 0;     // likewise, of the ratio to a peer that took turns (bench/round_ratios.h)
  Noise noise;           // meanwhile; turns meet it alike, runs do not

  // At most one in a hundred, and what chance adds to that in so few experiments: three standard deviations.
  [[nodiscard]] bool allowed(int alarms) const noexcept;
};

// Thread: one. Compares `work` with itself so many times.
[[nodiscard]] FalseAlarms count_false_alarms(const Spend& work, int experiments, const Plan& plan);

// Thread: one. Likewise with real work, for some seconds: whether this machine, now, is fit to be measured on.
[[nodiscard]] FalseAlarms check_itself(int experiments);

// Thread: any. Lines for people.
[[nodiscard]] std::string text_of(const FalseAlarms& alarms);

}  // namespace voicestand::bench
