#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "voicestand/pipeline/event.h"
#include "voicestand/service/latencies.h"
#include "voicestand/telemetry/exposition.h"

namespace voicestand::service {

// What has been said last, for those who look on. Of a text no more is kept here than can be shown.
class RecentSpeech {
 public:
  static constexpr std::size_t kUtterances = 12;

  struct Utterance {
    pipeline::Final final;
    std::string outcome;  // of its typing; empty: it is not typed, or not yet
  };
  // The last one that fell into a bucket of a stage's histogram.
  struct Observation {
    std::uint64_t utterance = 0;
    double ms = 0;
    double unix_time_s = 0;
  };
  struct Reading {
    std::optional<pipeline::Ready> ready;
    std::optional<pipeline::Partial> partial;
    std::deque<Utterance> utterances;                                  // oldest first
    std::map<std::string_view, std::deque<Observation>> observations;  // by stage, newest first
  };

  // Thread: the session's output. `unix_time_s`: now.
  void take(const pipeline::Event& event, double unix_time_s);
  // Thread: any. What became of the text that was said last.
  void typed(std::string_view outcome, std::optional<double> injection_ms);
  // Thread: any.
  [[nodiscard]] Reading read() const;

 private:
  void take(const pipeline::Final& final, double unix_time_s);

  mutable std::mutex mutex_;  // protects the following
  Reading known_;
};

}  // namespace voicestand::service
