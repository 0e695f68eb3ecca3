#include "voicestand/service/recent_speech.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace voicestand::service {
namespace {

constexpr std::size_t kObservations = 16;

}  // namespace

void RecentSpeech::take(const pipeline::Event& event, double unix_time_s) {
  const std::scoped_lock lock(mutex_);
  if (const auto* const ready = std::get_if<pipeline::Ready>(&event)) {
    known_.ready = *ready;
    known_.partial.reset();
  } else if (const auto* const partial = std::get_if<pipeline::Partial>(&event)) {
    known_.partial = *partial;
  } else if (const auto* const final = std::get_if<pipeline::Final>(&event)) {
    take(*final, unix_time_s);
  }
}

void RecentSpeech::take(const pipeline::Final& final, double unix_time_s) {
  if (known_.partial && known_.partial->utterance <= final.utterance) known_.partial.reset();
  known_.utterances.push_back({.final = final, .outcome = {}});
  known_.utterances.back().final.words.reset();
  if (known_.utterances.size() > kUtterances) known_.utterances.pop_front();
  const auto observe = [&](std::string_view stage, std::optional<double> ms) {
    if (!ms) return;
    auto& observations = known_.observations[stage];
    observations.push_front({.utterance = final.utterance, .ms = *ms, .unix_time_s = unix_time_s});
    if (observations.size() > kObservations) observations.pop_back();
  };
  observe("first_partial", final.latency.first_partial_ms);
  observe("speech_end_to_final", final.latency.speech_end_to_final_ms);
  observe("release_to_final", final.latency.release_to_final_ms);
}

void RecentSpeech::typed(std::string_view outcome, std::optional<double> injection_ms) {
  const std::scoped_lock lock(mutex_);
  if (known_.utterances.empty()) return;
  Utterance& last = known_.utterances.back();
  last.outcome = outcome;
  if (outcome == "secret") last.final.text.clear();  // what was meant for a password field is not for those who look on
  last.final.latency.injection_ms = injection_ms;
}

RecentSpeech::Reading RecentSpeech::read() const {
  const std::scoped_lock lock(mutex_);
  return known_;
}

}  // namespace voicestand::service
