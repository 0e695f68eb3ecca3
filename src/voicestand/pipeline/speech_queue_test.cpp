#include "voicestand/pipeline/speech_queue.h"

#include <memory>
#include <thread>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "voicestand/rt/allocation_counter.h"
#include "voicestand/rt/block_pool.h"
#include "voicestand/rt/realtime_thread.h"

namespace voicestand::pipeline {
namespace {

using speech::AudioBlock;

class SpeechQueueTest : public testing::Test {
 protected:
  ~SpeechQueueTest() override {
    queue_.reset();
    block_->release();
    EXPECT_EQ(pool_->statistics(1).in_use, 0U) << "every hold has been given back";
  }
  bool push_audio(std::uint32_t first, std::uint32_t count, bool last = false) {
    return queue_->push({.block = block_, .first = first, .count = count}, clock_.now(), true, last);
  }
  std::vector<SpeechEvent> take() { return queue_->take(clock_.now()); }

  SteadyClock clock_;
  std::unique_ptr<rt::BlockPool> pool_ = rt::BlockPool::create({.blocks = {0, 1, 0}}).value();
  AudioBlock* block_ = AudioBlock::create(*pool_);
  RingFigures figures_;
  std::unique_ptr<SpeechQueue> queue_ = SpeechQueue::create(clock_, figures_).value();
};

TEST_F(SpeechQueueTest, KnowsItsFillAndTheMostItHasHeld) {
  queue_->push(SegmentStarted{});
  EXPECT_TRUE(push_audio(0, 10));
  queue_->push(SegmentPaused{});
  EXPECT_EQ(figures_.fill.value(), 3U);
  (void)take();
  EXPECT_EQ(figures_.fill.value(), 0U);
  EXPECT_EQ(figures_.fill.high_water(), 3U);
}

TEST_F(SpeechQueueTest, CarriesTurnsAndAudioInOrder) {
  block_->samples()[7] = 0.5F;
  queue_->push(SegmentStarted{.utterance = 3, .start_sample = 100, .onset_sample = 200});
  EXPECT_TRUE(push_audio(7, 10));
  queue_->push(SegmentPaused{.speech_end_sample = 110});
  queue_->push(SegmentResumed{});
  queue_->push(SegmentEnded{.end_sample = 120, .speech_end_sample = 110, .decided_at = clock_.now()});
  queue_->end();
  EXPECT_FALSE(queue_->finished());

  const auto events = take();
  ASSERT_EQ(events.size(), 5U);
  EXPECT_EQ(std::get<SegmentStarted>(events[0]).utterance, 3U);
  EXPECT_EQ(std::get<SegmentAudio>(events[1]).samples.samples()[0], 0.5F);
  EXPECT_EQ(std::get<SegmentPaused>(events[2]).speech_end_sample, 110U);
  EXPECT_TRUE(std::holds_alternative<SegmentResumed>(events[3]));
  EXPECT_EQ(std::get<SegmentEnded>(events[4]).end_sample, 120U);
  EXPECT_TRUE(queue_->finished());
}

TEST_F(SpeechQueueTest, TellsThatATurnWaits) {
  EXPECT_FALSE(queue_->turn_waits());
  EXPECT_TRUE(push_audio(0, 10));
  EXPECT_FALSE(queue_->turn_waits()) << "more audio makes no decode useless";
  queue_->push(SegmentPaused{.speech_end_sample = 10});
  EXPECT_TRUE(queue_->turn_waits());
  (void)take();
  EXPECT_FALSE(queue_->turn_waits());
  queue_->abandon();
  EXPECT_TRUE(queue_->turn_waits());
}

// Recognition stands still: audio is kept back, in ever longer pieces, and what must not wait still finds room.
TEST_F(SpeechQueueTest, KeepsRoomForWhatCannotWait) {
  std::size_t taken = 0;
  while (push_audio(0, 512)) ++taken;
  EXPECT_GT(taken, 500U);
  while (push_audio(AudioBlock::kSamples - 512, 512)) ++taken;
  EXPECT_LT(taken, 4'000U);
  EXPECT_TRUE(queue_->has_room());
  EXPECT_TRUE(push_audio(0, 512, true));
  while (queue_->has_room()) queue_->push(SegmentResumed{});
  EXPECT_TRUE(push_audio(0, 512, true)) << "a window's worth is left";
}

TEST_F(SpeechQueueTest, AFileIsNotReadFarAhead) {
  while (!queue_->far_ahead()) ASSERT_TRUE(push_audio(0, 512));
  EXPECT_FALSE(take().empty());
  EXPECT_FALSE(queue_->far_ahead());
}

TEST_F(SpeechQueueTest, WhatIsAbandonedIsGivenBack) {
  EXPECT_TRUE(push_audio(0, 512));
  queue_->abandon();
  EXPECT_TRUE(queue_->finished());
  EXPECT_TRUE(take().empty());
  while (push_audio(0, 512)) {
  }
  EXPECT_TRUE(queue_->has_room()) << "detection never waits for nobody";
  EXPECT_FALSE(queue_->far_ahead());
}

TEST_F(SpeechQueueTest, PushesWithoutTheHeap) {
  const auto before = rt::realtime_allocations();
  {
    const rt::RealtimeScope scope;
    queue_->push(SegmentStarted{});
    EXPECT_TRUE(push_audio(0, 512));
  }
  EXPECT_EQ(rt::realtime_allocations(), before);
}

TEST_F(SpeechQueueTest, WakesASleepingReader) {
  std::jthread detection([&] {
    for (std::uint64_t i = 0; i < 10'000; ++i) {
      while (!queue_->has_room()) queue_->wait_for_room();
      queue_->push(SegmentStarted{.utterance = i});
      (void)push_audio(0, 16);
    }
    queue_->end();
  });
  std::uint64_t expected = 0;
  while (!queue_->finished()) {
    for (const SpeechEvent& event : queue_->take(std::nullopt)) {
      const auto* const started = std::get_if<SegmentStarted>(&event);
      if (started != nullptr) {
        EXPECT_EQ(started->utterance, expected++);
      }
    }
  }
  EXPECT_EQ(expected, 10'000U);
}

}  // namespace
}  // namespace voicestand::pipeline
