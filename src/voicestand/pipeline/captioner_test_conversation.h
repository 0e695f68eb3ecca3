#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "voicestand/pipeline/captioner.h"
#include "voicestand/pipeline/collecting_sink.h"
#include "voicestand/rt/block_pool.h"

namespace voicestand::pipeline {

using namespace std::chrono_literals;

constexpr std::uint64_t samples(std::chrono::milliseconds length) {
  return static_cast<std::uint64_t>(length.count()) * 16;
}

// A conversation in virtual time: audio arrives in 32 ms windows as time goes by.
class CaptionerTest : public testing::Test {
 protected:
  void begin(std::uint64_t utterance = 1) {
    position_ = clock_position();
    captioner().speech(SegmentStarted{.utterance = utterance,
                                      .start_sample = position_,
                                      .onset_sample = position_,
                                      .onset_delivered_at = now() - 100ms,
                                      .onset_conditioning = 40us},
                       now());
  }
  void hear(std::chrono::milliseconds length) {
    for (auto left = length; left > 0ms; left -= 32ms) {
      clock_.advance(32ms);
      captioner().speech(window(true), now());
      position_ += 512;
    }
  }
  void pause() {
    speech_end_ = position_;
    captioner().speech(SegmentPaused{.speech_end_sample = speech_end_}, now());
  }
  void end(speech::EndReason reason = speech::EndReason::kEndpoint) {
    captioner().speech(
        SegmentEnded{.end_sample = position_, .speech_end_sample = speech_end_, .reason = reason, .decided_at = now()},
        now());
  }
  [[nodiscard]] SegmentAudio window(bool speaking) const {
    return {.samples = speech::AudioPiece(speech::AudioBlock::create(*pool_), 0, 512),
            .delivered_at = now(),
            .speaking = speaking};
  }
  // Decodes whatever is due; returns whether something was.
  bool decode(const std::string& text, std::chrono::milliseconds takes = 50ms) {
    const auto job = captioner().next_job(now());
    if (!job) return false;
    clock_.advance(takes);
    captioner().hypothesis(*job, speech::Hypothesis{.text = text, .words = {}, .confidence = {}, .decode_time = takes},
                           now());
    return true;
  }
  [[nodiscard]] Clock::TimePoint now() const { return clock_.now(); }
  [[nodiscard]] std::uint64_t clock_position() const {
    return samples(std::chrono::duration_cast<std::chrono::milliseconds>(now().time_since_epoch()));
  }

  Captioner& captioner() {
    if (!captioner_) captioner_.emplace(config_, sink_);
    return *captioner_;
  }

  Captioner::Config config_{.partial_interval = 300ms};
  CollectingSink sink_;
  ManualClock clock_;
  std::unique_ptr<rt::BlockPool> pool_ = rt::BlockPool::create({}).value();
  std::uint64_t position_ = 0;
  std::uint64_t speech_end_ = 0;
  std::optional<Captioner> captioner_;
};

}  // namespace voicestand::pipeline
