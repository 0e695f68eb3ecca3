#pragma once

#include <atomic>

namespace voicestand::pipeline {

// How much less than usual recognition does, so that the machine may cool down or get on with other things: 0 is
// nothing; at 1 partials come half as often, at 2 a quarter, at 3 an eighth, and nothing is heard a second time because
// it was not clear; at 4 there are no partials. What is captured and found to be speech stays the same. Thread: any;
// relaxed, for no other data hangs on it.
class Restraint {
 public:
  static constexpr int kWithoutCare = 3;
  static constexpr int kWithoutPartials = 4;

  void set(int level) noexcept { level_.store(level, std::memory_order_relaxed); }
  [[nodiscard]] int level() const noexcept { return level_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int> level_{0};
};

}  // namespace voicestand::pipeline
