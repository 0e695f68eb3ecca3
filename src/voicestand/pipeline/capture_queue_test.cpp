#include "voicestand/pipeline/capture_queue.h"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

namespace voicestand::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr audio::AudioFormat kStereo{.sample_rate_hz = 48'000, .channels = 2};

class CaptureQueueTest : public testing::Test {
 protected:
  std::unique_ptr<CaptureQueue> make(bool live) { return std::move(*CaptureQueue::create(live, clock_, *figures_)); }

  // Takes the next block out; its samples are kept in popped_.
  std::optional<CapturedBlock> pop(CaptureQueue& queue) {
    const auto front = queue.front();
    if (!front) return std::nullopt;
    popped_.assign(front->samples.begin(), front->samples.end());
    queue.pop();
    return front->block;
  }

  SteadyClock clock_;
  std::unique_ptr<LiveFigures> figures_ = std::make_unique<LiveFigures>();
  std::vector<float> block_ = std::vector<float>(256, 0.5F);
  std::vector<float> popped_;
};

TEST_F(CaptureQueueTest, GivesBlocksAsTheyCame) {
  const auto queue = make(true);
  const auto now = clock_.now();
  ASSERT_TRUE(queue->push({.samples = block_, .format = kStereo, .delivered_at = now}));
  const auto block = pop(*queue);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->frames, 128U);
  EXPECT_EQ(block->format, kStereo);
  EXPECT_EQ(block->delivered_at, now);
  EXPECT_EQ(popped_[255], 0.5F);
  EXPECT_FALSE(pop(*queue));
}

TEST_F(CaptureQueueTest, WhatALiveSourceLosesIsCountedAndItsPlaceMarked) {
  const auto queue = make(true);
  std::uint64_t lost = 0;
  for (int i = 0; i < 10'000; ++i) {
    if (!queue->push({.samples = block_, .format = kStereo, .delivered_at = {}})) lost += 128;
  }
  ASSERT_GT(lost, 0U);
  EXPECT_EQ(figures_->capture.dropped_frames.value(), lost);
  while (pop(*queue)) {
  }
  ASSERT_TRUE(queue->push({.samples = block_, .format = kStereo, .delivered_at = {}}));
  EXPECT_EQ(pop(*queue)->gap_frames, lost);
}

TEST_F(CaptureQueueTest, WhatTheDeviceLostIsCountedAsWell) {
  const auto queue = make(true);
  ASSERT_TRUE(queue->push({.samples = block_, .format = kStereo, .delivered_at = {}, .gap_frames = 64}));
  EXPECT_EQ(figures_->capture.overruns.value(), 1U);
  EXPECT_EQ(figures_->capture.dropped_frames.value(), 64U);
  EXPECT_EQ(pop(*queue)->gap_frames, 64U);
}

TEST_F(CaptureQueueTest, ASourceThatCanWaitLosesNothing) {
  const auto queue = make(false);
  while (queue->push({.samples = block_, .format = kStereo, .delivered_at = {}})) {
  }
  EXPECT_EQ(figures_->capture.dropped_frames.value(), 0U);
}

TEST_F(CaptureQueueTest, EveryFrameIsCountedOnceWhateverBecomesOfIt) {
  const auto queue = make(true);
  std::uint64_t delivered = 0;
  std::uint64_t popped = 0;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const std::uint64_t gap = i % 7 == 0 ? 3 : 0;
    (void)queue->push({.samples = block_, .format = kStereo, .delivered_at = {}, .gap_frames = gap});
    delivered += 128 + gap;
    if (i % 3 == 0) popped += pop(*queue) ? 128U : 0U;
  }
  while (pop(*queue)) popped += 128;
  EXPECT_EQ(figures_->captured_frames.value(), delivered);
  EXPECT_GT(figures_->capture.dropped_frames.value(), 128U * 1'000);
  EXPECT_EQ(popped + figures_->capture.dropped_frames.value(), delivered);
}

TEST_F(CaptureQueueTest, WhatWaitsToBeDeliveredAgainIsNotCounted) {
  const auto queue = make(false);
  std::uint64_t taken = 0;
  for (int i = 0; i < 10'000; ++i)
    taken += queue->push({.samples = block_, .format = kStereo, .delivered_at = {}}) ? 128U : 0U;
  EXPECT_LT(taken, 128U * 10'000);
  EXPECT_EQ(figures_->captured_frames.value(), taken);
}

TEST_F(CaptureQueueTest, KnowsItsFillAndTheMostItHasHeld) {
  const auto queue = make(true);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(queue->push({.samples = block_, .format = kStereo, .delivered_at = {}}));
  EXPECT_EQ(figures_->capture.fill.value(), 4 * 256U);
  while (pop(*queue)) {
  }
  EXPECT_EQ(figures_->capture.fill.value(), 0U);
  EXPECT_EQ(figures_->capture.fill.high_water(), 4 * 256U);
}

// Blocks so short that there is no place for another header long before there is none for samples.
TEST_F(CaptureQueueTest, IsFullWhenEitherRingIs) {
  const auto queue = make(true);
  const std::vector<float> little(4, 0.5F);
  while (queue->push({.samples = little, .format = kStereo, .delivered_at = {}})) {
  }
  EXPECT_EQ(figures_->capture.fill.high_water(), queue->capacity());
  EXPECT_EQ(figures_->capture.overruns.value(), 1U);
}

TEST_F(CaptureQueueTest, ADeviceThatGoesAwayIsAFailureOfCapture) {
  const auto queue = make(true);
  queue->lost("the microphone");
  queue->restored("the microphone");
  queue->failed({.code = Errc::kIo, .what = "gone for good", .where = {}, .remedy = {}});
  EXPECT_EQ(figures_->failures.capture.value(), 2U);
}

TEST_F(CaptureQueueTest, ALongDeliveryIsSplit) {
  const auto queue = make(true);
  const std::vector<float> longer(CaptureQueue::kMaxBlockSamples + 512, 0.25F);
  ASSERT_TRUE(queue->push({.samples = longer, .format = kStereo, .delivered_at = {}}));
  EXPECT_EQ(pop(*queue)->frames, CaptureQueue::kMaxBlockSamples / 2);
  EXPECT_EQ(pop(*queue)->frames, 256U);
}

// A thread that waits must sleep also while the source is being stopped: it may be a real-time one.
TEST_F(CaptureQueueTest, ClosingDoesNotKeepTheConsumerAwake) {
  const auto queue = make(true);
  queue->close();
  const auto before = clock_.now();
  queue->wait(before + 30ms);
  EXPECT_GE(clock_.now() - before, 30ms);
  queue->ended();
  queue->wait(clock_.now() + 10s);
  EXPECT_LT(clock_.now() - before, 5s);
}

TEST_F(CaptureQueueTest, NoticesAreTakenOnce) {
  const auto queue = make(true);
  EXPECT_TRUE(queue->take_notices().empty());
  queue->lost("the microphone");
  queue->restored("the microphone");
  const auto notices = queue->take_notices();
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_FALSE(notices[0].restored);
  EXPECT_TRUE(notices[1].restored);
  EXPECT_TRUE(queue->take_notices().empty());
}

}  // namespace
}  // namespace voicestand::pipeline
