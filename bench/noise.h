#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace voicestand::bench {

// What disturbed a measurement. Shares are of 1; nothing where the system does not tell.
struct Noise {
  static constexpr double kMostSteal = 0.01;
  static constexpr double kMostPressure = 0.10;

  std::optional<double> steal;     // of all cores' time: taken by the hypervisor
  std::optional<double> pressure;  // of the time: some task of the machine waited for a core
  std::uint64_t involuntary_switches = 0;

  [[nodiscard]] bool quiet() const noexcept {
    return steal.value_or(0) <= kMostSteal && pressure.value_or(0) <= kMostPressure;
  }
  // Of a measurement whose own threads wait for cores: pressure says nothing about other programs then.
  [[nodiscard]] Noise beside_own_load() const noexcept {
    return {.steal = steal, .pressure = std::nullopt, .involuntary_switches = involuntary_switches};
  }
};

// Thread: any. Counts from when it was made.
class NoiseWatch {
 public:
  // `sysroot` stands before /proc (tests).
  explicit NoiseWatch(std::string sysroot = {});
  [[nodiscard]] Noise so_far() const;

 private:
  struct Counts {
    std::chrono::steady_clock::time_point at;
    std::optional<std::uint64_t> steal_ticks;
    std::optional<std::uint64_t> total_ticks;
    std::optional<std::uint64_t> pressure_us;
    std::uint64_t involuntary_switches = 0;
  };
  [[nodiscard]] Counts read() const;

  std::string sysroot_;
  Counts begin_;
};

}  // namespace voicestand::bench
