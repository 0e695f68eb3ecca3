#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/clock.h"

namespace voicestand::service {

// What the rules look at, at one moment. Counts never fall.
struct AlertFacts {
  Clock::TimePoint at{};
  bool listening = false;
  std::uint64_t captured_frames = 0;
  std::uint64_t overruns = 0;
  std::uint64_t pool_exhausted = 0;
  std::uint64_t recognition_failures = 0;
  std::uint64_t blocks = 0;         // that have reached voice detection in real time
  std::uint64_t prompt_blocks = 0;  // of them, those within the target
  std::uint64_t texts = 0;          // typed after a key's release
  std::uint64_t prompt_texts = 0;   // of them, those within the target
  std::optional<double> free_disk_share{};
  std::optional<double> celsius{};  // of the hottest zone
};

struct Alert {
  enum class State : std::uint8_t { kPending, kFiring, kResolved };

  std::string_view name;  // as in packaging/prometheus/voicestand.rules.yml
  std::string_view severity;
  std::string_view message;  // what it means, and what to do
  State state = State::kPending;
  Clock::TimePoint since{};  // when it came into this state
};

[[nodiscard]] std::string_view name_of(Alert::State state) noexcept;
// For people: "VoiceStandHot firing: the machine is hot".
[[nodiscard]] std::string text_of(const Alert& alert);

// Whether all is well. A rule that holds makes an alert, which fires when it has held for as long as the rule says, and
// is resolved when it holds no more. Thread: one. Real-time: no.
class AlertBook {
 public:
  static constexpr std::chrono::minutes kRemembered{5};  // what is resolved

  // One look after the other; those that have begun to fire with it, or have been resolved.
  std::vector<Alert> look(const AlertFacts& facts);

  // Pending, firing and not long resolved ones, in the order of the rules.
  [[nodiscard]] std::vector<Alert> alerts() const;

 private:
  static constexpr std::size_t kRuleCount = 8;
  void follow(std::size_t rule, bool holds, Clock::TimePoint now, std::vector<Alert>& changed);

  std::deque<AlertFacts> seen_;                           // oldest first
  std::array<std::optional<Alert>, kRuleCount> entries_;  // of each rule
};

}  // namespace voicestand::service
