#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "voicestand/base/clock.h"
#include "voicestand/pipeline/event.h"
#include "voicestand/platform/core_usage.h"
#include "voicestand/platform/process_memory.h"
#include "voicestand/platform/process_status.h"
#include "voicestand/platform/thermal_zones.h"

namespace voicestand::service {

// What the machine and this process have been doing of late. It is looked at once a second at most, for looking costs.
// Thread: one.
class UsageSampler {
 public:
  struct Reading {
    platform::ProcessStatus process;
    std::optional<platform::ProcessMemory> memory;
    std::optional<double> utilisation;  // of one core, by this process, between the last two looks
    std::vector<pipeline::CoreLoad> cores;
    std::map<std::string, double> threads;  // share of a core, likewise
    std::vector<platform::ThermalZone> thermal;
    std::optional<double> free_disk_share;
  };

  // What it tells first is since now. `data_folder`: on the disk that is looked at. `clock` outlives it.
  UsageSampler(std::string data_folder, const Clock& clock);

  // `threads`: what they have used up to now. Real-time: no.
  [[nodiscard]] const Reading& read(const std::vector<pipeline::ThreadLoad>& threads);

 private:
  void look(const std::vector<pipeline::ThreadLoad>& threads, Clock::TimePoint now);

  const std::string data_folder_;
  const Clock& clock_;
  const platform::CoreKinds kinds_;
  Clock::TimePoint looked_at_;
  bool looked_ = false;
  std::vector<platform::CoreTimes> core_times_;
  std::map<std::string, double> thread_cpu_s_;
  Reading reading_;
};

}  // namespace voicestand::service
