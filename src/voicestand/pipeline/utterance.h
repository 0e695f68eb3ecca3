#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "voicestand/pipeline/event.h"
#include "voicestand/pipeline/segment.h"
#include "voicestand/text/stable_prefix.h"

namespace voicestand::pipeline {

// What one utterance says, gathered from its segments. Thread: recognition. Real-time: no.
class Utterance {
 public:
  Utterance(std::uint64_t id, std::uint64_t start_sample) : id_(id), start_sample_(start_sample) {}

  // The text with the open segment's hypothesis in place.
  [[nodiscard]] Partial partial(const Segment& open);

  // A partial with text has been shown, so long after its first speech sample was delivered.
  void shown(Clock::Duration after_onset);

  // The segment is over: its latest hypothesis, if any, is part of the utterance for good.
  void take(const Segment& segment);

  // Everything but the latencies measured against the time of saying it.
  [[nodiscard]] Final final() const;

  [[nodiscard]] std::uint64_t id() const { return id_; }
  // Whether there is anything to say, or to take back from the screen.
  [[nodiscard]] bool worth_saying() const { return !text_.empty() || shown_; }
  // Delivery of the last speech sample; nullopt where speech was cut in the middle.
  [[nodiscard]] std::optional<Clock::TimePoint> speech_end_delivered_at() const { return speech_end_delivered_at_; }

 private:
  std::uint64_t id_;
  std::uint64_t start_sample_;
  text::StablePrefix stable_;
  bool shown_ = false;
  std::string text_;
  std::vector<speech::Word> words_;
  bool words_known_ = true;
  double confidence_sum_ = 0;
  int confidences_ = 0;
  int segments_ = 0;
  std::optional<double> start_s_;
  double end_s_ = 0;
  FinalLatency latency_;
  std::optional<Clock::TimePoint> speech_end_delivered_at_;
};

}  // namespace voicestand::pipeline
