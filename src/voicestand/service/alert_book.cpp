#include "voicestand/service/alert_book.h"

#include <array>

namespace voicestand::service {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr minutes kLongestLookBack{10};

// What has been seen, oldest first; there is always something.
class Past {
 public:
  explicit Past(const std::deque<AlertFacts>& seen) : seen_(seen) {}

  [[nodiscard]] const AlertFacts& now() const { return seen_.back(); }
  [[nodiscard]] const AlertFacts& before() const { return seen_.size() < 2 ? seen_.back() : seen_[seen_.size() - 2]; }
  // By how much a count has grown in the last `period`.
  [[nodiscard]] std::uint64_t growth(std::uint64_t AlertFacts::* count, Clock::Duration period) const {
    for (const AlertFacts& each : seen_) {
      if (each.at >= now().at - period) return now().*count - each.*count;
    }
    return 0;
  }

 private:
  const std::deque<AlertFacts>& seen_;
};

struct Rule {
  std::string_view name;
  std::string_view severity;
  std::string_view message;
  Clock::Duration lasting;  // before it fires
  bool (*holds)(const Past& past);
};

// How many there have been of late, and the share of them that met their target.
struct Promptness {
  std::uint64_t count;
  double share;
};
Promptness promptness(const Past& past, std::uint64_t AlertFacts::* all, std::uint64_t AlertFacts::* prompt) {
  const auto count = past.growth(all, kLongestLookBack);
  const auto met = past.growth(prompt, kLongestLookBack);
  return {.count = count, .share = count == 0 ? 1 : static_cast<double>(met) / static_cast<double>(count)};
}

bool is_late(const Past& past) {
  const auto [texts, share] = promptness(past, &AlertFacts::texts, &AlertFacts::prompt_texts);
  return texts >= 5 && share < 0.95;
}

// Where not even half are in time, the sound server hands out longer blocks than that: nothing of ours is late.
bool is_held_up(const Past& past) {
  const auto [blocks, share] = promptness(past, &AlertFacts::blocks, &AlertFacts::prompt_blocks);
  return blocks >= 4'000 && share >= 0.5 && share < 0.99;
}

bool is_deaf(const Past& past) {
  return past.now().listening && past.before().listening && past.now().captured_frames == past.before().captured_frames;
}

// The same as packaging/prometheus/voicestand.rules.yml has for whoever watches from outside.
constexpr std::array<Rule, 8> kRules{{
    {.name = "VoiceStandLate",
     .severity = "warning",
     .message = "text comes later than 50 ms after the key: something else keeps the processor busy, or the model is "
                "too large",
     .lasting = seconds(0),
     .holds = is_late},
    {.name = "VoiceStandFrontEndLate",
     .severity = "warning",
     .message = "sound takes longer than 5 ms to voice detection: see 'voicestand doctor' for real-time priority",
     .lasting = minutes(1),
     .holds = is_held_up},
    {.name = "VoiceStandOverruns",
     .severity = "critical",
     .message = "sound was lost because a ring was full: see 'voicestand doctor' for real-time priority",
     .lasting = seconds(0),
     .holds = [](const Past& past) { return past.growth(&AlertFacts::overruns, minutes(1)) > 0; }},
    {.name = "VoiceStandRecognitionFails",
     .severity = "critical",
     .message = "recognition fails again and again: see 'voicestand models verify'",
     .lasting = seconds(0),
     .holds = [](const Past& past) { return past.growth(&AlertFacts::recognition_failures, kLongestLookBack) >= 3; }},
    {.name = "VoiceStandPoolExhausted",
     .severity = "warning",
     .message = "sound had to be kept outside of the memory pool: recognition is far behind",
     .lasting = seconds(0),
     .holds = [](const Past& past) { return past.growth(&AlertFacts::pool_exhausted, minutes(1)) > 0; }},
    {.name = "VoiceStandNoAudio",
     .severity = "critical",
     .message = "nothing comes from the microphone: is it plugged in, and not muted by a switch?",
     .lasting = seconds(5),
     .holds = is_deaf},
    {.name = "VoiceStandDiskFull",
     .severity = "warning",
     .message = "the disk with the models and settings is almost full",
     .lasting = minutes(1),
     .holds = [](const Past& past) { return past.now().free_disk_share.value_or(1) < 0.03; }},
    {.name = "VoiceStandHot",
     .severity = "warning",
     .message = "the machine is hot, and will be slower for it",
     .lasting = seconds(30),
     .holds = [](const Past& past) { return past.now().celsius.value_or(0) >= 95; }},
}};

}  // namespace

std::string_view name_of(Alert::State state) noexcept {
  switch (state) {
    case Alert::State::kPending:
      return "pending";
    case Alert::State::kFiring:
      return "firing";
    case Alert::State::kResolved:
      return "resolved";
  }
  return {};
}

std::string text_of(const Alert& alert) {
  return std::string(alert.name) + " " + std::string(name_of(alert.state)) + ": " + std::string(alert.message);
}

std::vector<Alert> AlertBook::look(const AlertFacts& facts) {
  static_assert(kRules.size() == kRuleCount);
  seen_.push_back(facts);
  while (seen_.front().at < facts.at - kLongestLookBack) seen_.pop_front();
  const Past past(seen_);
  std::vector<Alert> changed;
  for (std::size_t rule = 0; rule < kRules.size(); ++rule) follow(rule, kRules[rule].holds(past), facts.at, changed);
  return changed;
}

void AlertBook::follow(std::size_t index, bool holds, Clock::TimePoint now, std::vector<Alert>& changed) {
  const Rule& rule = kRules.at(index);
  std::optional<Alert>& alert = entries_.at(index);
  const bool open = alert && alert->state != Alert::State::kResolved;
  if (holds && !open) {
    alert = Alert{.name = rule.name, .severity = rule.severity, .message = rule.message, .since = now};
  }
  if (holds && alert->state == Alert::State::kPending && now - alert->since >= rule.lasting) {
    alert->state = Alert::State::kFiring;
    alert->since = now;
    changed.push_back(*alert);
  } else if (!holds && open) {
    if (alert->state == Alert::State::kFiring) {
      alert->state = Alert::State::kResolved;
      alert->since = now;
      changed.push_back(*alert);
    } else {
      alert.reset();
    }
  } else if (!holds && alert && now - alert->since >= kRemembered) {
    alert.reset();
  }
}

std::vector<Alert> AlertBook::alerts() const {
  std::vector<Alert> known;
  for (const std::optional<Alert>& alert : entries_) {
    if (alert) known.push_back(*alert);
  }
  return known;
}

}  // namespace voicestand::service
