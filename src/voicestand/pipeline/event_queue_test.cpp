#include "voicestand/pipeline/event_queue.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "voicestand/pipeline/collecting_sink.h"

namespace voicestand::pipeline {
namespace {

using namespace std::chrono_literals;

Final final_of(std::uint64_t utterance, std::string text) {
  Final final;
  final.utterance = utterance;
  final.text = std::move(text);
  return final;
}

class EventQueueTest : public testing::Test {
 protected:
  EventQueueTest() { clock_.advance(1h); }

  ManualClock clock_;
  CollectingSink sink_;
  std::unique_ptr<LiveFigures> figures_ = std::make_unique<LiveFigures>();
  std::unique_ptr<EventQueue> queue_ = EventQueue::create(sink_, Ready{}, clock_, *figures_).value();
};

TEST_F(EventQueueTest, AFinalTellsHowLongItsTextWasOnItsWay) {
  Final final = final_of(3, "yes");
  final.settled_at = clock_.now() - 7ms;
  queue_->on_event(final);
  queue_->finish();
  const auto finals = sink_.all<Final>();
  ASSERT_EQ(finals.size(), 1U);
  EXPECT_NEAR(finals[0].latency.text_ms.value(), 7, 1e-9);
  EXPECT_FALSE(finals[0].latency.injection_ms) << "nothing was typed";
  const auto records = figures_->trace.output.records();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].what, static_cast<std::uint8_t>(Moment::kFinal));
  EXPECT_EQ(records[0].subject, 3U);
  EXPECT_EQ(records[0].lasted, 7ms);
}

TEST_F(EventQueueTest, WhatIsNotKnownStaysUnknown) {
  queue_->on_event(final_of(1, "yes"));
  queue_->finish();
  EXPECT_FALSE(sink_.all<Final>()[0].latency.text_ms);
  EXPECT_EQ(figures_->speech_end_to_final.count(), 0U);
  EXPECT_EQ(figures_->first_partial.count(), 0U);
  EXPECT_EQ(figures_->release_to_final.count(), 0U);
}

TEST_F(EventQueueTest, FinalsAreCountedWithTheirLatencies) {
  Final with_text = final_of(1, "yes");
  with_text.latency.first_partial_ms = 400;
  with_text.latency.speech_end_to_final_ms = 530;
  with_text.latency.release_to_final_ms = 20;
  queue_->on_event(with_text);
  Final without = final_of(2, {});
  without.latency.first_partial_ms = 300;
  queue_->on_event(without);
  queue_->finish();
  EXPECT_EQ(figures_->utterances.value(), 1U) << "the other has no text";
  EXPECT_EQ(figures_->first_partial.count(), 2U);
  EXPECT_EQ(figures_->first_partial.max(), 400ms);
  EXPECT_EQ(figures_->speech_end_to_final.max(), 530ms);
  EXPECT_EQ(figures_->release_to_final.max(), 20ms);
}

TEST_F(EventQueueTest, TellsWhatItsThreadUses) {
  queue_->finish();
  const auto load = queue_->load();
  ASSERT_TRUE(load);
  EXPECT_EQ(load->name, "vs-output");
  EXPECT_GT(load->cpu_s, 0);
}

}  // namespace
}  // namespace voicestand::pipeline
