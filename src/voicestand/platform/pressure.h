#pragma once

#include <optional>
#include <string>

namespace voicestand::platform {

// Thread: any. Real-time: no. The share of the last ten seconds, in percent, in which something that could run had to
// wait for a processor (Linux's pressure stall information); nothing where the kernel does not tell. `sysroot` stands
// before /proc (tests).
[[nodiscard]] std::optional<double> cpu_pressure(const std::string& sysroot = {});

}  // namespace voicestand::platform
