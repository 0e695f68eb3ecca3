#include "voicestand/platform/process_usage.h"

#include <string_view>

#include <sys/resource.h>
#include <unistd.h>

#include "voicestand/platform/small_file.h"

namespace voicestand::platform {
namespace {

using internal::kibibytes;
using internal::read_small_file;
using internal::take_number;
using internal::value_of;

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

// Zombies and kernel threads have no VmHWM line: nothing of theirs is resident.
Result<std::uint64_t> peak_rss(const std::string& process) {
  const auto status = read_small_file(process + "/status");
  if (!status) return std::unexpected(status.error());
  const auto line = value_of(*status, "VmHWM:");
  if (!line) return 0;
  const auto bytes = kibibytes(*line);
  if (!bytes) return fail(Errc::kBadData, "VmHWM is not a number of kB", process + "/status");
  return *bytes;
}

// Fields 14 to 17 of proc_pid_stat(5): its own user and system time, and that of the children it has reaped.
Result<double> cpu_seconds(const std::string& process) {
  const auto stat = read_small_file(process + "/stat");
  if (!stat) return std::unexpected(stat.error());
  const auto malformed = fail(Errc::kBadData, "not as proc(5) says", process + "/stat");
  constexpr int kUserTime = 14;
  const auto times = internal::stat_from_field(*stat, kUserTime);
  if (!times) return malformed;
  std::string_view rest = *times;
  double ticks = 0;
  for (int field = 0; field < 4; ++field) {
    const auto number = take_number(rest);
    if (!number || !rest.starts_with(' ')) return malformed;
    rest.remove_prefix(1);
    ticks += static_cast<double>(*number);
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

Result<ProcessUsage> process_usage(std::span<const pid_t> children, const std::string& sysroot) {
  ProcessUsage usage;
  const auto own_peak = peak_rss(sysroot + "/proc/self");
  if (!own_peak) return std::unexpected(own_peak.error());
  usage.peak_rss_bytes = *own_peak;

  for (const pid_t pid : children) {
    const std::string process = sysroot + "/proc/" + std::to_string(pid);
    const auto cpu = cpu_seconds(process);
    const auto peak = peak_rss(process);
    for (const Error* error : {cpu ? nullptr : &cpu.error(), peak ? nullptr : &peak.error()}) {
      if (error != nullptr && error->code == Errc::kBadData) return std::unexpected(*error);
    }
    usage.cpu_s += cpu.value_or(0.0);
    usage.peak_rss_bytes += peak.value_or(0);
  }

  // After the living: a child cannot fall between the two.
  rusage own{};
  rusage reaped{};
  if (::getrusage(RUSAGE_SELF, &own) != 0 || ::getrusage(RUSAGE_CHILDREN, &reaped) != 0) {
    return fail(Errc::kIo, "getrusage failed");
  }
  for (const rusage& part : {own, reaped}) usage.cpu_s += seconds(part.ru_utime) + seconds(part.ru_stime);
  usage.peak_rss_bytes += static_cast<std::uint64_t>(reaped.ru_maxrss) * 1024;
  return usage;
}

}  // namespace voicestand::platform
