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
  std::unique_ptr<CaptureQueue> make(bool live) { return std::move(*CaptureQueue::create(live, clock_)); }

  // Takes the next block out; its samples are kept in popped_.
  std::optional<CapturedBlock> pop(CaptureQueue& queue) {
    const auto front = queue.front();
    if (!front) return std::nullopt;
    popped_.assign(front->samples.begin(), front->samples.end());
    queue.pop();
    return front->block;
  }

  SteadyClock clock_;
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
  EXPECT_EQ(queue->dropped_frames(), lost);
  while (pop(*queue)) {
  }
  ASSERT_TRUE(queue->push({.samples = block_, .format = kStereo, .delivered_at = {}}));
  EXPECT_EQ(pop(*queue)->gap_frames, lost);
}

TEST_F(CaptureQueueTest, WhatTheDeviceLostIsCountedAsWell) {
  const auto queue = make(true);
  ASSERT_TRUE(queue->push({.samples = block_, .format = kStereo, .delivered_at = {}, .gap_frames = 64}));
  EXPECT_EQ(queue->overruns(), 1U);
  EXPECT_EQ(queue->dropped_frames(), 64U);
  EXPECT_EQ(pop(*queue)->gap_frames, 64U);
}

TEST_F(CaptureQueueTest, ASourceThatCanWaitLosesNothing) {
  const auto queue = make(false);
  while (queue->push({.samples = block_, .format = kStereo, .delivered_at = {}})) {
  }
  EXPECT_EQ(queue->dropped_frames(), 0U);
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
