#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/bar.h"
#include "bench/bootstrap.h"
#include "bench/change.h"
#include "bench/earlier.h"
#include "bench/machine.h"
#include "bench/statistics.h"
#include "bench/turn.h"

namespace voicestand::bench {

struct Figure {
  std::string suite;
  std::string name;
  std::string unit;
  Summary summary;
  std::optional<Bar> bar;  // for the median
  bool more_is_better = false;
  bool judged = true;            // quiet and long enough for bars and changes to be held against it
  std::string group = {};        // of the comparison that it was measured in; none where it was measured alone
  std::vector<Turn> turns = {};  // that the summary's values are of; none where it was measured in another way
  std::optional<Estimate> slope = std::nullopt;  // in the unit, where turns differ in length
  std::optional<Change> change = std::nullopt;   // since an earlier run
};

// Two results of one interleaved run; above 1 means that ours is better.
struct Ratio {
  std::string suite;
  std::string name;
  double value = 0;
  Interval ci95;
  std::string of;
  std::string to;
  std::optional<Bar> bar;
  bool judged = true;
  std::optional<double> chance = std::nullopt;  // of as much where the two do not differ (bench/chance.h)
  std::optional<Change> change = std::nullopt;  // since an earlier run, of what the two were in each round
};

inline constexpr const char* kOurName = "voicestand";

struct Report {
  Machine machine;
  std::string commit;
  std::vector<Figure> results;
  std::vector<Ratio> ratios;
  std::optional<Earlier> earlier = std::nullopt;  // what the results' changes are since
};

}  // namespace voicestand::bench
