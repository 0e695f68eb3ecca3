#include "bench/machine.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>

#include <sys/utsname.h>

#include "voicestand/platform/machine.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::bench {
namespace {

constexpr const char* kUnknown = "unknown";

std::string cpu_name(const std::string& sysroot) {
  std::ifstream file(sysroot + "/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return kUnknown;
}

std::string kernel_name() {
  utsname name{};
  return ::uname(&name) == 0 ? name.release : kUnknown;
}

struct Frequencies {
  std::set<std::string> governors;
  double sum_mhz = 0;
  int cores = 0;  // of which a frequency is known
};

// A core without the folder may stand among others that have it: it is switched off.
Frequencies read_frequencies(const std::string& sysroot) {
  constexpr int kMostCores = 4'096;
  Frequencies read;
  std::error_code ignored;
  for (int core = 0; core < kMostCores; ++core) {
    const std::string folder = sysroot + "/sys/devices/system/cpu/cpu" + std::to_string(core);
    if (!std::filesystem::exists(folder, ignored)) break;
    std::string governor;
    if (std::ifstream(folder + "/cpufreq/scaling_governor") >> governor) read.governors.insert(governor);
    double khz = 0;
    if (std::ifstream(folder + "/cpufreq/scaling_cur_freq") >> khz) {
      read.sum_mhz += khz / 1e3;
      ++read.cores;
    }
  }
  return read;
}

std::optional<std::string> joined(const std::set<std::string>& names) {
  std::optional<std::string> all;
  for (const std::string& name : names) all = all ? *all + ", " + name : name;
  return all;
}

}  // namespace

Machine Machine::read(const std::string& sysroot) {
  const auto machine = platform::read_machine(sysroot);
  const Frequencies frequencies = read_frequencies(sysroot);
  return {
      .cpu = cpu_name(sysroot),
      .cores = machine ? machine->usable_cores : 1,
      .isa = std::string(simd::name_of(simd::kernels().isa)),
      .kernel = kernel_name(),
      .governor = joined(frequencies.governors),
      .frequency_mhz = frequencies.cores > 0 ? std::optional(frequencies.sum_mhz / frequencies.cores) : std::nullopt};
}

}  // namespace voicestand::bench
