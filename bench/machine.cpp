#include "bench/machine.h"

#include <fstream>

#include <sys/utsname.h>

#include "voicestand/platform/machine.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::bench {
namespace {

constexpr const char* kUnknown = "unknown";

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
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

}  // namespace

Machine Machine::read() {
  const auto machine = platform::read_machine();
  return {.cpu = cpu_name(),
          .cores = machine ? machine->usable_cores : 1,
          .isa = std::string(simd::name_of(simd::kernels().isa)),
          .kernel = kernel_name()};
}

}  // namespace voicestand::bench
