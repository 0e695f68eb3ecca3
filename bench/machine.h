#pragma once

#include <optional>
#include <string>

namespace voicestand::bench {

// Where the figures were taken.
struct Machine {
  std::string cpu;
  int cores = 0;    // that this process may use
  std::string isa;  // of the vector kernels in use
  std::string kernel;
  // How the cores' frequency is chosen, "performance" or the like; several where cores differ, "a, b". Nothing where
  // the system does not tell, as in most virtual machines.
  std::optional<std::string> governor = std::nullopt;
  std::optional<double> frequency_mhz = std::nullopt;  // of the cores on average, when this was read

  // Thread: any. What the system does not tell is "unknown". `sysroot` stands before /proc and /sys (tests).
  [[nodiscard]] static Machine read(const std::string& sysroot = {});
};

}  // namespace voicestand::bench
