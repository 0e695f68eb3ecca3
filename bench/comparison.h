#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/interleave.h"
#include "bench/noise.h"
#include "bench/report.h"
#include "bench/subject.h"
#include "bench/unit.h"

namespace voicestand::bench {

// How many times better than a peer one of ours is to be.
struct RatioBar {
  std::string variant;  // of ours
  std::string to;
  double at_least = 1;
};

// Subjects that do the same work, to be held against each other.
struct Comparison {
  std::string suite;
  std::string name;  // also of ours; a variant and a peer append theirs: "ring/128", "ring/128/copy", "ring/128/jack"
  Unit unit;
  std::vector<Subject> subjects;
  std::vector<RatioBar> bars;
  std::optional<Bar> bar = std::nullopt;  // for the median of ours
  // The subjects' own threads outnumber the cores, so that waiting for a core says nothing about other programs.
  bool crowded = false;

  [[nodiscard]] std::string name_of(const Subject& subject) const {
    return subject.name.empty() ? name : name + "/" + subject.name;
  }
};

struct Outcome {
  std::vector<Figure> results;  // one a subject, in their order
  std::vector<Ratio> ratios;    // each of ours to each peer
  Noise noise;
  bool judged = true;  // quiet and long enough for the bars to be held against it

  [[nodiscard]] const Figure* result_named(const std::string& name) const;
  [[nodiscard]] const Ratio* ratio_of(const std::string& name, const std::string& to) const;
};

// Thread: one.
[[nodiscard]] Outcome measure(const Comparison& comparison, const Plan& plan);

}  // namespace voicestand::bench
