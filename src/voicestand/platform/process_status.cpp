#include "voicestand/platform/process_status.h"

#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

#include "voicestand/platform/small_file.h"

namespace voicestand::platform {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

// The ticks between the machine's start and this process's.
std::optional<std::uint64_t> start_ticks() {
  constexpr int kStartTime = 22;
  const auto stat = internal::read_small_file("/proc/self/stat");
  if (!stat) return std::nullopt;
  auto rest = internal::stat_from_field(*stat, kStartTime);
  return rest ? internal::take_number(*rest) : std::nullopt;
}

std::optional<double> started_unix_s() {
  const auto stat = internal::read_small_file("/proc/stat");
  const auto ticks = start_ticks();
  if (!stat || !ticks) return std::nullopt;
  const auto line = stat->find("\nbtime ");
  if (line == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view(*stat).substr(line + std::string_view("\nbtime ").size());
  const auto booted = internal::take_number(rest);
  if (!booted) return std::nullopt;
  return static_cast<double>(*booted) + static_cast<double>(*ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

ProcessStatus process_status() {
  ProcessStatus status;
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) status.cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  if (const auto statm = internal::read_small_file("/proc/self/statm")) {
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    std::string_view rest = *statm;
    if (const auto pages = internal::take_number(rest)) status.virtual_bytes = *pages * page;
    if (rest.starts_with(' ')) rest.remove_prefix(1);
    if (const auto pages = internal::take_number(rest)) status.resident_bytes = *pages * page;
  }
  std::error_code failed;
  const std::filesystem::directory_iterator files("/proc/self/fd", failed);
  // The one that reads the folder is no longer there afterwards.
  if (!failed) status.open_files = static_cast<std::uint64_t>(std::distance(begin(files), end(files))) - 1;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) status.most_open_files = limit.rlim_cur;
  static const std::optional<double> kStarted = started_unix_s();
  status.started_unix_s = kStarted;
  return status;
}

}  // namespace voicestand::platform
