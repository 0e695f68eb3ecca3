#pragma once

#include <span>
#include <vector>

#include "bench/subject.h"
#include "bench/turn.h"

namespace voicestand::bench {

// How long to measure. Many short turns rather than few long ones: what a core gives changes when a neighbour comes or
// goes, and each subject is to meet each state alike.
struct Plan {
  Seconds sample{0.001};  // a run of one subject on average; 0: one iteration, however long
  int rounds = 200;       // each runs every subject once
  Seconds longest{12};    // for all of them: where something slows them down, fewer rounds have to do
};

// Thread: one. A row for each subject, a column for each round. The subjects take turns, in one round backwards to the
// round before (A B B A), so that whatever drifts meets all alike; who begins is drawn anew for each such pair of
// rounds, so that what comes and goes is nobody's in particular and chance_in_turns() (bench/chance.h) can undo the
// draw. Each has been warmed up, and its iterations chosen so that runs take plan.sample. Their number climbs in ten
// equal steps from 0.4 to 1.6 of that, a step for each pair of rounds, over and over: what grows with it is the work's,
// what does not is the clock's (bench/regression.h). At least two rounds.
[[nodiscard]] std::vector<std::vector<Turn>> interleave(std::span<const Subject> subjects, const Plan& plan);

}  // namespace voicestand::bench
