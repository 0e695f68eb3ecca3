#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "voicestand/service/alert_book.h"
#include "voicestand/service/ledger.h"
#include "voicestand/service/recent_speech.h"
#include "voicestand/service/regulator.h"
#include "voicestand/service/usage_sampler.h"
#include "voicestand/telemetry/exposition.h"

namespace voicestand::service {

// What the program says of itself.
struct ProgramInfo {
  std::string version;
  std::string commit;
  std::string command;  // "listen", "dictate"
  std::string data_folder;
};

// All that is known at one moment.
struct Observation {
  double unix_time_s;
  const ProgramInfo& program;
  const Ledger::Reading& figures;
  const RecentSpeech::Reading& speech;
  const UsageSampler::Reading& usage;
  std::vector<Alert> alerts{};
  std::optional<Regulator::Reading> governor{};
  Clock::TimePoint now{};  // by which those count
};

// Thread: any. Real-time: no. What Prometheus is told.
[[nodiscard]] std::string metrics_text(const Observation& seen, telemetry::ExpositionFormat format);

}  // namespace voicestand::service
