#pragma once

#include <chrono>
#include <string>
#include <utility>

namespace voicestand::bench {

// How the time of an iteration is shown: as a cost, or as work a time.
class Unit {
 public:
  // `per_second`: of the unit; "ns" has 1e9. `work`: a share of an iteration that the cost is told for.
  [[nodiscard]] static Unit cost(std::string name, double per_second, double work = 1) {
    return {std::move(name), per_second / work, false};
  }
  // `work`: what an iteration gets done, in the unit's own measure.
  [[nodiscard]] static Unit rate(std::string name, double work) { return {std::move(name), work, true}; }

  [[nodiscard]] bool more_is_better() const noexcept { return rate_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] double of(double seconds_per_iteration) const noexcept {
    return rate_ ? factor_ / seconds_per_iteration : factor_ * seconds_per_iteration;
  }

 private:
  Unit(std::string name, double factor, bool rate) : name_(std::move(name)), factor_(factor), rate_(rate) {}

  std::string name_;
  double factor_;
  bool rate_;
};

// What is measured otherwise, as figures have it.
[[nodiscard]] constexpr double ms_of(std::chrono::duration<double, std::milli> duration) noexcept {
  return duration.count();
}
template <typename Number>
[[nodiscard]] constexpr double mib_of(Number bytes) noexcept {
  return static_cast<double>(bytes) / (1024 * 1024);
}

}  // namespace voicestand::bench
