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
  bool fails = false;

  Result<speech::Hypothesis> recognize(const speech::Request& request) override {
    if (fails) return fail(Errc::kWorkerFailed, "as it was told to");
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
                               .captions = {.partials = true, .partial_interval = 300ms, .push_to_talk = push_to_talk},
                               .tap = tap_.get()},
                              sink_, clock_);
  }

  SteadyClock clock_;
  MeasuringRecognizer recognizer_;
  CollectingSink sink_;
  std::unique_ptr<AudioTap> tap_;
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
  EXPECT_THAT(names, ElementsAre("vs-condition", "vs-detect", "vs-recognise", "vs-output"));
}

TEST_F(LiveSessionTest, ItsFiguresAddUp) {
  const auto summary = play({{1s, 0}, {1200ms, 0.5F}, {1s, 0}});
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->captured_frames, 3'200U * kRateHz / 1'000);
  EXPECT_EQ(summary->captured_frames, summary->processed_frames + summary->dropped_frames);
  ASSERT_THAT(summary->rings, SizeIs(3));
  for (const RingLoad& ring : summary->rings) {
    EXPECT_GT(ring.high_water_ratio, 0) << ring.name;
    EXPECT_LE(ring.high_water_ratio, 1) << ring.name;
    EXPECT_EQ(ring.fill_ratio, 0) << ring.name << ": all has been taken";
  }
  ASSERT_THAT(summary->pool, SizeIs(1));
  EXPECT_GT(summary->pool[0].high_water, 0U);
  EXPECT_LE(summary->pool[0].high_water, summary->pool[0].blocks);
  EXPECT_EQ(summary->pool[0].block_bytes * summary->pool[0].blocks, summary->memory.pool_bytes);
  EXPECT_EQ(summary->memory.telemetry_bytes, sizeof(LiveFigures));
  const Failures& failures = summary->failures;
  EXPECT_EQ(failures.capture + failures.conditioning + failures.detection + failures.recognition, 0U);
}

TEST_F(LiveSessionTest, ItsFiguresCanBeReadWhileItRuns) {
  auto session = start({{1s, 0.5F}, {1s, 0}}, true);
  ASSERT_TRUE(session);
  Summary before = (*session)->so_far();
  while (before.utterances < 3) {
    const Summary now = (*session)->so_far();
    ASSERT_GE(now.processed_frames, before.processed_frames);
    ASSERT_GE(now.audio_s, before.audio_s);
    ASSERT_GE(now.utterances, before.utterances);
    before = now;
  }
  EXPECT_THAT(before.threads, SizeIs(4));
  for (const ThreadLoad& thread : before.threads) EXPECT_GT(thread.cpu_s, 0) << thread.name;
  (*session)->stop();
  const auto summary = (*session)->wait();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->captured_frames, summary->processed_frames + summary->dropped_frames);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_GE(summary->threads[i].cpu_s, before.threads[i].cpu_s);
}

TEST_F(LiveSessionTest, AFinalTellsWhereItsTimeWent) {
  ASSERT_TRUE(play({{1s, 0}, {1200ms, 0.5F}, {1s, 0}}));
  const auto finals = sink_.all<Final>();
  ASSERT_THAT(finals, SizeIs(1));
  const FinalLatency& latency = finals[0].latency;
  EXPECT_FALSE(latency.capture_ms) << "nothing waits for its block where the input is not live";
  EXPECT_GT(latency.conditioning_ms.value(), 0);
  EXPECT_GT(latency.detection_ms.value(), latency.conditioning_ms.value());
  EXPECT_GT(latency.text_ms.value(), 0);
  EXPECT_FALSE(latency.injection_ms);
}

TEST_F(LiveSessionTest, TheTraceTellsWhatTheThreadsDid) {
  auto session = start({{1s, 0}, {1200ms, 0.5F}, {1s, 0}}, false);
  ASSERT_TRUE(session);
  ASSERT_TRUE((*session)->wait());
  const LiveFigures& figures = (*session)->figures();
  EXPECT_EQ(figures.trace.source.written(), 0U) << "nothing was lost";
  EXPECT_EQ(figures.trace.conditioning.written(), 320U) << "blocks of 10 ms";
  EXPECT_EQ(figures.trace.detection.written(), 101U) << "windows of 32 ms, and what the resampler held";
  std::uint64_t decodes = 0;
  for (const telemetry::TraceRecord& record : figures.trace.recognition.records())
    decodes += record.what == static_cast<std::uint8_t>(Moment::kPartialDecode) ? 0U : 1U;
  EXPECT_GE(decodes, 1U);
  EXPECT_LE(figures.decode.count(), figures.trace.recognition.written()) << "some may have been given up";
  EXPECT_EQ(figures.trace.output.records().back().what, static_cast<std::uint8_t>(Moment::kFinal));
}

TEST_F(LiveSessionTest, FailedDecodesAreCounted) {
  recognizer_.fails = true;
  const auto summary = play({{1s, 0}, {1200ms, 0.5F}, {1s, 0}});
  ASSERT_TRUE(summary);
  EXPECT_GE(summary->failures.recognition, 1U);
  EXPECT_GE(sink_.all<Failure>().size(), 1U);
  EXPECT_EQ(summary->utterances, 0U);
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

TEST_F(LiveSessionTest, DetectionAloneKeepsNoAudio) {
  const auto summary = play({{500ms, 0}, {8s, 0.5F}, {1s, 0}}, false);
  ASSERT_TRUE(summary);
  ASSERT_THAT(summary->pool, SizeIs(1));
  EXPECT_EQ(summary->pool[0].exhausted, 0U);
  EXPECT_LE(summary->pool[0].high_water, 2U);
}

TEST_F(LiveSessionTest, WhoKeepsTheAudioHearsAllOfIt) {
  tap_ = AudioTap::create().value();
  ASSERT_TRUE(play({{500ms, 0}, {700ms, 0.5F}}));
  const auto heard = tap_->peek();
  EXPECT_NEAR(static_cast<double>(heard.size()), 19'200, speech::kWindowSamples);
  const auto loud = [](float sample) { return std::abs(sample) > 0.01F; };
  EXPECT_NEAR(static_cast<double>(std::ranges::find_if(heard, loud) - heard.begin()), 8'000, 100);
  EXPECT_EQ(tap_->missed(), 0U);
  // And of what it has no room for it misses the newest.
  tap_->consume(heard.size());
  ASSERT_TRUE(play({{3s, 0.5F}}));
  EXPECT_NEAR(static_cast<double>(tap_->peek().size() + tap_->missed()), 48'000, speech::kWindowSamples);
  EXPECT_GT(tap_->missed(), 0U);
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
