#pragma once

#include <string>

namespace voicestand::bench {

// Where the figures were taken.
struct Machine {
  std::string cpu;
  int cores = 0;    // that this process may use
  std::string isa;  // of the vector kernels in use
  std::string kernel;

  // Thread: any. What the system does not tell is "unknown".
  [[nodiscard]] static Machine read();
};

}  // namespace voicestand::bench
