#include "voicestand/pipeline/conditioning_stage.h"

#include <array>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace voicestand::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr audio::AudioFormat kTelephone{.sample_rate_hz = 8'000, .channels = 1};
constexpr std::size_t kBlock = 64;  // 8 ms

// Works off what a source has left in the queue, in virtual time.
class ConditioningStageTest : public testing::Test {
 protected:
  void deliver(std::uint64_t gap_frames = 0) {
    const std::vector<float> block(kBlock, 0.1F);
    (void)capture_->push(
        {.samples = block, .format = kTelephone, .delivered_at = clock_.now(), .gap_frames = gap_frames});
  }
  [[nodiscard]] Result<void> run(bool live) {
    capture_->ended();
    return ConditioningStage(*capture_, *process_, *figures_, clock_, live).run();
  }

  ManualClock clock_;
  std::unique_ptr<LiveFigures> figures_ = std::make_unique<LiveFigures>();
  std::unique_ptr<CaptureQueue> capture_ = CaptureQueue::create(true, clock_, *figures_).value();
  std::unique_ptr<ProcessQueue> process_ = ProcessQueue::create(figures_->process).value();
};

TEST_F(ConditioningStageTest, WhatIsCapturedIsProcessedOrDropped) {
  // Twice as much audio as there is room for behind it, with gaps, and more than waits before it.
  for (int i = 0; i < 3'000; ++i) deliver(i % 100 == 0 ? 16 : 0);
  ASSERT_TRUE(run(true));
  EXPECT_GT(figures_->processed_frames.value(), 8'000U);
  EXPECT_GT(figures_->capture.dropped_frames.value(), 900 * kBlock);
  EXPECT_GT(figures_->process.dropped_frames.value(), 500 * kBlock);
  EXPECT_EQ(figures_->captured_frames.value(), 3'000 * kBlock + 30 * 16);
  EXPECT_EQ(figures_->captured_frames.value(), figures_->processed_frames.value() +
                                                   figures_->capture.dropped_frames.value() +
                                                   figures_->process.dropped_frames.value());
}

TEST_F(ConditioningStageTest, TellsHowLongAudioWasOnItsWay) {
  for (int i = 0; i < 8; ++i) deliver();
  clock_.advance(2ms);
  ASSERT_TRUE(run(true));
  std::array<float, ProcessQueue::kWindow> window{};
  const auto popped = process_->pop(window);
  ASSERT_TRUE(popped);
  EXPECT_EQ(popped->first.conditioned_at - popped->first.delivered_at, 2ms);
  EXPECT_GT(popped->first.gathering, 8ms) << "the block, and the resampler's delay";
  EXPECT_LT(popped->first.gathering, 20ms);
  EXPECT_EQ(figures_->front_end.count(), 8U);
  EXPECT_EQ(figures_->front_end.max(), popped->first.gathering + 2ms);
}

TEST_F(ConditioningStageTest, AFileHasNoFrontEndLatency) {
  deliver();
  ASSERT_TRUE(run(false));
  EXPECT_EQ(figures_->front_end.count(), 0U);
  EXPECT_EQ(figures_->processed_frames.value(), kBlock);
}

TEST_F(ConditioningStageTest, TakesNoteOfEachBlock) {
  deliver();
  clock_.advance(3ms);
  deliver();
  ASSERT_TRUE(run(true));
  const auto records = figures_->trace.conditioning.records();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].what, static_cast<std::uint8_t>(Moment::kBlock));
  EXPECT_EQ(records[0].lasted, 3ms);
  EXPECT_EQ(records[1].lasted, 0ms);
  EXPECT_GT(records[1].subject, records[0].subject);
}

TEST_F(ConditioningStageTest, ARefusedFormatIsItsFailure) {
  const std::vector<float> block(90, 0.1F);
  (void)capture_->push(
      {.samples = block, .format = {.sample_rate_hz = 48'000, .channels = 9}, .delivered_at = clock_.now()});
  EXPECT_FALSE(run(true));
  EXPECT_EQ(figures_->failures.conditioning.value(), 1U);
}

}  // namespace
}  // namespace voicestand::pipeline
