#include "voicestand/audio/microphone.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <numeric>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/audio/recording_sink.h"

namespace voicestand::audio {
namespace {

using std::chrono::milliseconds;

constexpr AudioFormat kFormat{.sample_rate_hz = 48'000, .channels = 1};
constexpr std::size_t kBlock = 480;  // 10 ms

// Delivers when the test says so: block n holds the numbers from n * kBlock on and was there at (n + 1) * 10 ms.
class CountingSource final : public AudioSource {
 public:
  Result<void> start(CaptureSink& sink) override {
    sink_ = &sink;
    return {};
  }
  void stop() noexcept override { sink_ = nullptr; }
  void take_its_time(bool may) noexcept override { hurries_ = !may; }
  [[nodiscard]] bool hurries() const { return hurries_; }
  [[nodiscard]] bool live() const noexcept override { return true; }
  [[nodiscard]] std::string description() const override { return "a counter"; }

  void deliver(int blocks) {
    for (int i = 0; i < blocks && sink_ != nullptr; ++i) {
      std::vector<float> samples(kBlock);
      std::iota(samples.begin(), samples.end(), static_cast<float>(next_ * kBlock));
      ++next_;
      EXPECT_TRUE(sink_->push({.samples = samples, .format = kFormat, .delivered_at = time()}));
    }
  }
  [[nodiscard]] Clock::TimePoint time() const { return Clock::TimePoint(milliseconds(10) * next_); }
  [[nodiscard]] CaptureSink& sink() { return *sink_; }

 private:
  CaptureSink* sink_ = nullptr;
  std::size_t next_ = 0;
  bool hurries_ = true;
};

class MicrophoneTest : public testing::Test {
 protected:
  void SetUp() override { begin(milliseconds(500)); }

  void begin(milliseconds kept) {
    auto microphone = Microphone::create(kept);
    ASSERT_TRUE(microphone);
    microphone_ = std::move(*microphone);
    auto source = std::make_unique<CountingSource>();
    source_ = source.get();
    ASSERT_TRUE(microphone_->open(std::move(source)));
  }

  // The device goes on by itself for as long as this lives.
  [[nodiscard]] std::jthread running_device() {
    return std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        source_->deliver(1);
        std::this_thread::sleep_for(milliseconds(1));
      }
    });
  }
  // The device goes on while the owner waits for the last block.
  void release_at(Clock::TimePoint at) {
    const std::jthread device = running_device();
    microphone_->release(at);
  }

  // What a session hears of it.
  [[nodiscard]] std::unique_ptr<AudioSource> started(CaptureSink& sink) {
    auto heard = microphone_->heard();
    EXPECT_TRUE(heard->start(sink));
    return heard;
  }

  static double first_of(const RecordingSink& sink) { return sink.recording().samples.front(); }
  static bool unbroken(const RecordingSink& sink) {
    const auto samples = sink.recording().samples;
    return std::ranges::adjacent_find(samples, [](float a, float b) { return b != a + 1; }) == samples.end();
  }

  std::unique_ptr<Microphone> microphone_;
  CountingSource* source_ = nullptr;
};

TEST_F(MicrophoneTest, WhoListensHearsWhatWasJustBefore) {
  source_->deliver(100);
  microphone_->listen();
  RecordingSink sink;
  const auto heard = started(sink);
  source_->deliver(10);
  EXPECT_TRUE(unbroken(sink));
  EXPECT_NEAR(first_of(sink) / kBlock, 50, 1);
  EXPECT_EQ(sink.recording().samples.back(), 110.0F * kBlock - 1);
}

TEST_F(MicrophoneTest, WhatIsHeardBeforeTheSessionIsReadyIsKept) {
  source_->deliver(100);
  microphone_->listen();
  source_->deliver(200);
  RecordingSink sink;
  const auto heard = started(sink);
  source_->deliver(10);
  EXPECT_TRUE(unbroken(sink));
  EXPECT_NEAR(first_of(sink) / kBlock, 50, 1);
}

TEST_F(MicrophoneTest, EndsWithTheBlockInWhichTheReleaseLies) {
  microphone_->listen();
  RecordingSink sink;
  const auto heard = started(sink);
  source_->deliver(20);
  release_at(Clock::TimePoint(milliseconds(215)));
  EXPECT_TRUE(sink.recording().ended);
  EXPECT_EQ(sink.recording().samples.back(), 22.0F * kBlock - 1);
}

TEST_F(MicrophoneTest, AReleaseBeforeTheSessionIsReadyLosesNothing) {
  source_->deliver(50);
  microphone_->listen();
  source_->deliver(30);
  microphone_->release(Clock::TimePoint(milliseconds(795)));
  source_->deliver(30);
  RecordingSink sink;
  {
    const std::jthread device = running_device();
    const auto heard = started(sink);
  }
  EXPECT_TRUE(sink.recording().ended);
  EXPECT_TRUE(unbroken(sink));
  EXPECT_EQ(sink.recording().samples.back(), 80.0F * kBlock - 1);
}

TEST_F(MicrophoneTest, AReleaseCanBeTakenBackUntilTheSessionIsReady) {
  microphone_->listen();
  source_->deliver(10);
  microphone_->release(source_->time());
  EXPECT_TRUE(microphone_->keep_listening());
  RecordingSink sink;
  const auto heard = started(sink);
  source_->deliver(10);
  EXPECT_FALSE(sink.recording().ended);
  EXPECT_EQ(sink.recording().samples.back(), 20.0F * kBlock - 1);
  EXPECT_FALSE(microphone_->keep_listening()) << "nobody has released";
}

TEST_F(MicrophoneTest, TheDeviceIsInAHurryOnlyWhileSomebodyListens) {
  EXPECT_FALSE(source_->hurries());
  microphone_->listen();
  EXPECT_TRUE(source_->hurries());
  microphone_->forget();
  EXPECT_FALSE(source_->hurries());
  microphone_->listen();
  RecordingSink sink;
  const auto heard = microphone_->heard();
  ASSERT_TRUE(heard->start(sink));
  source_->deliver(1);
  EXPECT_TRUE(source_->hurries());
  heard->stop();
  EXPECT_FALSE(source_->hurries());
}

TEST_F(MicrophoneTest, NobodyIsToldTheSameTwice) {
  source_->deliver(20);
  RecordingSink first;
  {
    microphone_->listen();
    const auto heard = started(first);
    source_->deliver(10);
    release_at(source_->time());
  }
  microphone_->listen();
  RecordingSink second;
  const auto heard = started(second);
  source_->deliver(5);
  EXPECT_EQ(first_of(second), first.recording().samples.back() + 1);
}

TEST_F(MicrophoneTest, ASessionThatEndsLateLeavesTheNextListenerAlone) {
  RecordingSink first;
  microphone_->listen();
  auto old = started(first);
  source_->deliver(10);
  release_at(source_->time());
  microphone_->listen();
  RecordingSink second;
  const auto heard = started(second);
  old->stop();
  old.reset();
  source_->deliver(10);
  EXPECT_TRUE(unbroken(second));
  EXPECT_GE(second.recording().samples.size(), 10 * kBlock);
}

TEST_F(MicrophoneTest, WhatHasWaitedSaysSo) {
  class KeptCounter final : public CaptureSink {
   public:
    bool push(const CaptureBlock& block) noexcept VS_REALTIME override {
      ++(block.kept ? kept : fresh);
      return true;
    }
    void wait_for_room() noexcept override {}
    void ended() noexcept override {}
    void failed(Error /*error*/) noexcept override {}
    void lost(std::string /*what*/) noexcept override {}
    void restored(std::string /*what*/) noexcept override {}
    int kept = 0;
    int fresh = 0;
  };
  source_->deliver(20);
  microphone_->listen();
  KeptCounter sink;
  const auto heard = started(sink);
  source_->deliver(3);
  EXPECT_EQ(sink.kept, 20);
  EXPECT_EQ(sink.fresh, 3);
}

TEST_F(MicrophoneTest, ADeviceThatHasGoneDoesNotHoldUpTheRelease) {
  microphone_->listen();
  RecordingSink sink;
  const auto heard = started(sink);
  source_->deliver(5);
  source_->sink().lost("a counter");
  microphone_->release(Clock::TimePoint(std::chrono::hours(1)));
  EXPECT_TRUE(sink.recording().ended);
  EXPECT_EQ(sink.recording().lost.size(), 1U);
}

TEST_F(MicrophoneTest, WhatDoesNotFitIsAGap) {
  source_->deliver(10);
  microphone_->listen();
  source_->deliver(1'200);  // 12 s where there is room for 10.9
  RecordingSink sink;
  const auto heard = started(sink);
  source_->deliver(40);
  const auto recording = sink.recording();
  ASSERT_FALSE(recording.blocks.empty());
  EXPECT_GT(recording.blocks.front().gap_frames, 0U);
  std::uint64_t frames = 0;
  for (const auto& block : recording.blocks) frames += block.frames + block.gap_frames;
  EXPECT_EQ(frames, 1'250 * kBlock);
}

TEST(Microphone, ListenersComeAndGoWhileTheDeviceDelivers) {
  auto microphone = Microphone::create(milliseconds(100));
  ASSERT_TRUE(microphone);
  auto made = std::make_unique<CountingSource>();
  CountingSource* const source = made.get();
  ASSERT_TRUE((*microphone)->open(std::move(made)));
  std::jthread device([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      source->deliver(1);
      std::this_thread::yield();
    }
  });
  for (int listener = 0; listener < 200; ++listener) {
    RecordingSink sink;
    (*microphone)->listen();
    const auto heard = (*microphone)->heard();
    ASSERT_TRUE(heard->start(sink));
    if (listener % 2 == 0) (*microphone)->release(Clock::TimePoint{});
    heard->stop();
    const std::size_t after = sink.recording().samples.size();
    std::this_thread::yield();
    EXPECT_EQ(sink.recording().samples.size(), after) << "no call follows stop()";
  }
}

}  // namespace
}  // namespace voicestand::audio
