#include "voicestand/pipeline/live_session.h"

#include <cmath>
#include <memory>
#include <numbers>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "voicestand/pipeline/collecting_sink.h"

namespace voicestand::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr int kRateHz = 48'000;

// Plays a script of loud and silent stretches, in blocks of 10 ms.
class ScriptedSource final : public audio::AudioSource {
 public:
  struct Stretch {
    std::chrono::milliseconds length;
    float amplitude;
  };
  ScriptedSource(std::vector<Stretch> script, bool endless = false) : script_(std::move(script)), endless_(endless) {}
  ~ScriptedSource() override { stop(); }

  Result<void> start(audio::CaptureSink& sink) override {
    thread_ = std::jthread([this, &sink](const std::stop_token& stop) { play(stop, sink); });
    return {};
  }
  void stop() noexcept override {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] bool live() const noexcept override { return false; }
  [[nodiscard]] std::string description() const override { return "script"; }

 private:
  void play(const std::stop_token& stop, audio::CaptureSink& sink) {
    std::vector<float> block(kRateHz / 100);
    std::size_t frame = 0;
    do {
      for (const Stretch& stretch : script_) {
        for (auto left = stretch.length; left > 0ms && !stop.stop_requested(); left -= 10ms) {
          for (float& sample : block) {
            sample = stretch.amplitude *
                     static_cast<float>(std::sin(2 * std::numbers::pi * 300 * static_cast<double>(frame++) / kRateHz));
          }
          while (!sink.push(
              {.samples = block, .format = {.sample_rate_hz = kRateHz, .channels = 1}, .delivered_at = clock_.now()})) {
            if (stop.stop_requested()) return;
            sink.wait_for_room();
          }
        }
      }
    } while (endless_ && !stop.stop_requested());
    if (!stop.stop_requested()) sink.ended();
  }

  std::vector<Stretch> script_;
  bool endless_;
  SteadyClock clock_;
  std::jthread thread_;
};

// Anything that is not silence is speech.
class LoudnessDetector final : public speech::VoiceActivityDetector {
 public:
  float probability(std::span<const float, speech::kWindowSamples> window) noexcept override {
    float peak = 0;
    for (const float sample : window) peak = std::max(peak, std::abs(sample));
    return peak > 0.01F ? 0.9F : 0.0F;
  }
  void reset() noexcept override {}
};

// Says how long the speech was that it heard, in tenths of a second.
class MeasuringRecognizer final : public speech::Recognizer {
 public:
  Result<speech::Hypothesis> recognize(const speech::Request& request) override {
    std::ptrdiff_t loud = 0;
    for (const auto& piece : request.audio.pieces())
      loud += std::ranges::count_if(piece, [](float sample) { return std::abs(sample) > 0.01F; });
    return speech::Hypothesis{.text = std::to_string(loud / 1600), .words = {}, .confidence = {}, .decode_time = 1ms};
  }
  void interrupt() noexcept override {}
  [[nodiscard]] const speech::RecognizerInfo& info() const noexcept override { return info_; }
  [[nodiscard]] std::size_t max_samples() const noexcept override { return std::size_t{22} * speech::kSampleRateHz; }

 private:
  speech::RecognizerInfo info_{.model = "measure", .engine = "test", .isa = "none"};
};

std::vector<std::string> texts(const std::vector<Final>& finals) {
  std::vector<std::string> all;
  for (const Final& final : finals) all.push_back(final.text);
  return all;
}

class LiveSessionTest : public testing::Test {
 protected:
  Result<Summary> play(std::vector<ScriptedSource::Stretch> script, bool recognise = true, bool push_to_talk = false) {
    auto session = start(std::move(script), false, recognise, push_to_talk);
    if (!session) return std::unexpected(session.error());
    return (*session)->wait();
  }
  Result<std::unique_ptr<LiveSession>> start(std::vector<ScriptedSource::Stretch> script, bool endless,
                                             bool recognise = true, bool push_to_talk = false) {
    return LiveSession::start({.source = std::make_unique<ScriptedSource>(std::move(script), endless),
                               .detector = std::make_unique<LoudnessDetector>(),
                               .recognizer = recognise ? &recognizer_ : nullptr,
                               .segmenter = {},
                               .captions = {.partials = true, .partial_interval = 300ms, .push_to_talk = push_to_talk}},
                              sink_, clock_);
  }

  SteadyClock clock_;
  MeasuringRecognizer recognizer_;
  CollectingSink sink_;
};

TEST_F(LiveSessionTest, EachStretchOfSpeechBecomesOneFinalInOrder) {
  const auto summary = play({{1s, 0}, {1200ms, 0.5F}, {1s, 0}, {2200ms, 0.5F}, {1s, 0}});
  ASSERT_TRUE(summary);
  EXPECT_THAT(texts(sink_.all<Final>()), ElementsAre("11", "21"));
  EXPECT_THAT(sink_.all<SpeechStarted>(), SizeIs(2));
  EXPECT_EQ(summary->utterances, 2U);
  EXPECT_NEAR(summary->audio_s, 6.4, 0.01);
  EXPECT_EQ(summary->dropped_frames, 0U);
}

TEST_F(LiveSessionTest, EachThreadTellsWhatItHasUsed) {
  const auto summary = play({{1s, 0}, {1200ms, 0.5F}, {1s, 0}});
  ASSERT_TRUE(summary);
  std::vector<std::string> names;
  for (const ThreadLoad& load : summary->threads) {
    names.push_back(load.name);
    EXPECT_GT(load.cpu_s, 0);
    EXPECT_LT(load.cpu_s, 10);
  }
  EXPECT_THAT(names, ElementsAre("vs-condition", "vs-detect", "vs-recognise"));
}

TEST_F(LiveSessionTest, ReadyComesFirst) {
  ASSERT_TRUE(play({{500ms, 0}}));
  ASSERT_THAT(sink_.events, Not(IsEmpty()));
  EXPECT_TRUE(std::holds_alternative<Ready>(sink_.events.front()));
}

TEST_F(LiveSessionTest, FinalsLieWhereTheSpeechWas) {
  ASSERT_TRUE(play({{1s, 0}, {1s, 0.5F}, {1s, 0}}));
  const auto finals = sink_.all<Final>();
  ASSERT_THAT(finals, SizeIs(1));
  EXPECT_NEAR(finals[0].start_s, 1.0, 0.05);
  EXPECT_NEAR(finals[0].end_s, 2.0, 0.05);
}

TEST_F(LiveSessionTest, SpeechThatTheInputEndsInIsSaid) {
  ASSERT_TRUE(play({{500ms, 0}, {1200ms, 0.5F}}));
  EXPECT_THAT(texts(sink_.all<Final>()), ElementsAre(testing::AnyOf("11", "12")));
}

TEST_F(LiveSessionTest, PushToTalkGathersOneFinal) {
  ASSERT_TRUE(play({{500ms, 0}, {1200ms, 0.5F}, {1s, 0}, {1200ms, 0.5F}}, true, true));
  const auto finals = sink_.all<Final>();
  ASSERT_THAT(finals, SizeIs(1));
  EXPECT_TRUE(finals[0].latency.release_to_final_ms);
  EXPECT_THAT(sink_.all<SpeechStarted>(), SizeIs(1));
}

TEST_F(LiveSessionTest, DetectionAloneSaysNoWords) {
  const auto summary = play({{1s, 0}, {1s, 0.5F}, {1s, 0}}, false);
  ASSERT_TRUE(summary);
  EXPECT_THAT(sink_.all<SpeechStarted>(), SizeIs(1));
  EXPECT_THAT(sink_.all<Final>(), IsEmpty());
  EXPECT_EQ(summary->utterances, 1U);
}

TEST_F(LiveSessionTest, SilenceSaysNothing) {
  ASSERT_TRUE(play({{3s, 0}}));
  EXPECT_THAT(sink_.all<SpeechStarted>(), IsEmpty());
  EXPECT_THAT(sink_.all<Final>(), IsEmpty());
}

TEST_F(LiveSessionTest, StopEndsAnEndlessInput) {
  auto session = start({{1s, 0.5F}, {1s, 0}}, true);
  ASSERT_TRUE(session);
  (*session)->stop();
  EXPECT_TRUE((*session)->wait());
}

TEST_F(LiveSessionTest, LeavingWithoutWaitingEndsEverything) {
  auto session = start({{1s, 0.5F}, {1s, 0}}, true);
  ASSERT_TRUE(session);
  session->reset();
}

}  // namespace
}  // namespace voicestand::pipeline
