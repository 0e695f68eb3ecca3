#include "bench/noise.h"

#include <array>
#include <fstream>
#include <sstream>
#include <utility>

#include <sys/resource.h>

namespace voicestand::bench {
namespace {

// user nice system idle iowait irq softirq steal; what follows is part of user and nice already.
struct CpuTimes {
  std::uint64_t steal = 0;
  std::uint64_t total = 0;
};

std::optional<CpuTimes> read_cpu_times(const std::string& path) {
  std::ifstream file(path);
  std::string name;
  std::array<std::uint64_t, 8> ticks{};
  file >> name;
  CpuTimes times;
  for (std::uint64_t& tick : ticks) {
    if (!(file >> tick)) return std::nullopt;
    times.total += tick;
  }
  times.steal = ticks.back();
  return times;
}

// "some avg10=… avg60=… avg300=… total=<microseconds>"
std::optional<std::uint64_t> read_pressure(const std::string& path) {
  std::ifstream file(path);
  std::string word;
  while (file >> word) {
    constexpr std::string_view kTotal = "total=";
    if (!word.starts_with(kTotal)) continue;
    std::uint64_t total = 0;
    if (std::istringstream(word.substr(kTotal.size())) >> total) return total;
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

NoiseWatch::NoiseWatch(std::string sysroot) : sysroot_(std::move(sysroot)), begin_(read()) {}

NoiseWatch::Counts NoiseWatch::read() const {
  Counts counts;
  if (const auto times = read_cpu_times(sysroot_ + "/proc/stat")) {
    counts.steal_ticks = times->steal;
    counts.total_ticks = times->total;
  }
  counts.pressure_us = read_pressure(sysroot_ + "/proc/pressure/cpu");
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) counts.involuntary_switches = static_cast<std::uint64_t>(usage.ru_nivcsw);
  counts.at = std::chrono::steady_clock::now();
  return counts;
}

Noise NoiseWatch::so_far() const {
  const Counts end = read();
  Noise noise{.steal = std::nullopt,
              .pressure = std::nullopt,
              .involuntary_switches = end.involuntary_switches - begin_.involuntary_switches};
  if (begin_.total_ticks && end.total_ticks && *end.total_ticks > *begin_.total_ticks) {
    noise.steal = static_cast<double>(*end.steal_ticks - *begin_.steal_ticks) /
                  static_cast<double>(*end.total_ticks - *begin_.total_ticks);
  }
  const double elapsed_us = std::chrono::duration<double, std::micro>(end.at - begin_.at).count();
  if (begin_.pressure_us && end.pressure_us && elapsed_us > 0)
    noise.pressure = static_cast<double>(*end.pressure_us - *begin_.pressure_us) / elapsed_us;
  return noise;
}

}  // namespace voicestand::bench
