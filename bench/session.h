#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "bench/comparison.h"
#include "bench/interleave.h"
#include "bench/report.h"

namespace voicestand::bench {

// One run of the program: measures what the suites ask for, shows it as it comes and keeps it for the report.
// Thread: one.
class Session {
 public:
  enum class Depth : std::uint8_t {
    kFull,
    kQuick,    // ours alone, for seconds: for many runs of two builds by turns (tools/performance_gate.py)
    kCounted,  // ours alone, as many iterations each time: for who counts instructions
    kSmoke,    // a fraction of a second a suite: shows that everything works, and measures nothing
  };

  // `earlier`: the run that results are held against.
  explicit Session(Depth depth, std::optional<Earlier> earlier = std::nullopt);

  [[nodiscard]] bool smoke() const noexcept { return depth_ == Depth::kSmoke; }
  // For what is not a comparison: the full length, or next to nothing.
  template <typename T>
  [[nodiscard]] T choose(T full, T smoke) const noexcept {
    return choose(full, full, smoke);
  }
  template <typename T>
  [[nodiscard]] T choose(T full, T quick, T smoke) const noexcept {
    if (depth_ == Depth::kSmoke) return smoke;
    return depth_ == Depth::kFull ? full : quick;
  }

  // From here on a suite's time counts.
  void begin_suite(const std::string& name);

  // Measures again, while the suite's time lasts, where too much else went on; in the end as it is, not judged.
  // `rounds`, `sample`: where the usual plan does not suit.
  Outcome compare(Comparison comparison, std::optional<Plan> plan = std::nullopt);

  // What was measured in another way.
  void add(Figure figure, bool judged = true);
  void add(Ratio ratio, bool judged = true);
  void add(const Noise& noise) const;  // shown alone

  // Shows a line that is not in the report.
  void note(const std::string& text) const;

  [[nodiscard]] const Report& report() const noexcept { return report_; }

 private:
  void hold_against_earlier(Figure& figure) const;
  void hold_against_earlier(Ratio& ratio, const Outcome& outcome) const;
  [[nodiscard]] bool time_for_another(std::chrono::steady_clock::duration attempt) const;

  Depth depth_;
  Report report_;
  std::chrono::steady_clock::time_point suite_began_;
};

}  // namespace voicestand::bench
