#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/result.h"

namespace voicestand::platform {

// How long a core has been doing what since the machine started, in ticks.
struct CoreTimes {
  int core = 0;
  std::uint64_t busy = 0;
  std::uint64_t idle = 0;  // waiting for a disk included
};

// Thread: any. Real-time: no. Each core that is switched on. `sysroot` stands before /proc (tests). Errors: kIo,
// kNotFound without a /proc, kBadData where it does not read as Linux writes it.
[[nodiscard]] Result<std::vector<CoreTimes>> core_times(const std::string& sysroot = {});

struct CoreUsage {
  int core = 0;
  double utilisation = 0;  // 0 to 1, of its time between the two looks
};

// Thread: any. Real-time: no. Of the cores in both; one that no tick fell on in between, or that was switched off
// meanwhile, is left out.
[[nodiscard]] std::vector<CoreUsage> usage_between(std::span<const CoreTimes> before, std::span<const CoreTimes> after);

// What sorts of cores there are. Hybrid processors name theirs; of all others each is a "core".
class CoreKinds {
 public:
  // Thread: any. Real-time: no. `sysroot` stands before /sys (tests). What does not read as Linux writes it names none.
  [[nodiscard]] static CoreKinds read(const std::string& sysroot = {});

  // "performance", "efficiency", "low_power" (an efficient core away from the cache that the others share) or "core".
  [[nodiscard]] std::string_view of(int core) const noexcept;

 private:
  std::vector<int> performance_;
  std::vector<int> efficiency_;
  std::vector<int> low_power_;
};

}  // namespace voicestand::platform
