#include "voicestand/pipeline/process_queue.h"

#include <array>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/resource.h>

namespace voicestand::pipeline {
namespace {

using namespace std::chrono_literals;

using Window = std::array<float, ProcessQueue::kWindow>;

Passage at(std::uint64_t sample) {
  const Clock::TimePoint time{std::chrono::nanoseconds(sample)};
  return {.delivered_at = time, .conditioned_at = time + 5ns};
}

std::vector<float> counting(std::uint64_t first, std::size_t count) {
  std::vector<float> frames(count);
  std::iota(frames.begin(), frames.end(), static_cast<float>(first));
  return frames;
}

TEST(ProcessQueueTest, GivesNothingBeforeAWindowIsWhole) {
  RingFigures figures;
  const auto queue = ProcessQueue::create(figures).value();
  Window window;
  ASSERT_TRUE(queue->push(counting(0, ProcessQueue::kWindow - 1), at(511)));
  EXPECT_FALSE(queue->pop(window));
  ASSERT_TRUE(queue->push(counting(511, 2), at(513)));
  const auto popped = queue->pop(window);
  ASSERT_TRUE(popped);
  EXPECT_EQ(popped->count, ProcessQueue::kWindow);
  EXPECT_EQ(popped->first.delivered_at, at(511).delivered_at);
  EXPECT_EQ(popped->last.delivered_at, at(513).delivered_at);
  EXPECT_EQ(popped->last.conditioned_at, at(513).conditioned_at);
  EXPECT_FALSE(queue->pop(window));
}

TEST(ProcessQueueTest, EachWindowKnowsHowItsEndsCameHere) {
  RingFigures figures;
  const auto queue = ProcessQueue::create(figures).value();
  constexpr std::size_t kBlock = 300;
  for (std::uint64_t block = 1; block <= 5; ++block) ASSERT_TRUE(queue->push(counting(0, kBlock), at(block)));
  Window window;
  for (std::uint64_t begin = 0; const auto popped = queue->pop(window); begin += ProcessQueue::kWindow) {
    EXPECT_EQ(popped->first.delivered_at, at(begin / kBlock + 1).delivered_at);
    EXPECT_EQ(popped->last.delivered_at, at((begin + ProcessQueue::kWindow - 1) / kBlock + 1).delivered_at);
  }
}

TEST(ProcessQueueTest, KnowsItsFillAndTheMostItHasHeld) {
  RingFigures figures;
  const auto queue = ProcessQueue::create(figures).value();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(queue->push(counting(0, ProcessQueue::kWindow), at(1)));
  EXPECT_EQ(figures.fill.value(), 3 * ProcessQueue::kWindow);
  Window window;
  ASSERT_TRUE(queue->pop(window));
  EXPECT_EQ(figures.fill.value(), 2 * ProcessQueue::kWindow);
  EXPECT_EQ(figures.fill.high_water(), 3 * ProcessQueue::kWindow);
  const auto most = queue->capacity() - 2 * ProcessQueue::kWindow;
  EXPECT_FALSE(queue->push(counting(0, most + 1), at(1)));
  EXPECT_EQ(figures.fill.value(), 2 * ProcessQueue::kWindow) << "nothing of it was taken";
  ASSERT_TRUE(queue->push(counting(0, most), at(1)));
  EXPECT_EQ(figures.fill.high_water(), queue->capacity());
}

// Nobody looks at the clock here: were a wake-up lost, this would not end.
RC_GTEST_PROP(ProcessQueueTest, EveryFrameArrivesInOrderWhateverTheBlocks, ()) {
  const auto blocks = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 1500));
  const std::size_t all = std::accumulate(blocks.begin(), blocks.end(), std::size_t{0});
  RingFigures figures;
  const auto queue = ProcessQueue::create(figures).value();
  const SteadyClock clock;
  std::jthread conditioning([&] {
    std::uint64_t pushed = 0;
    for (const std::size_t size : blocks) {
      while (!queue->has_room(size)) queue->wait_for_room(clock);
      (void)queue->push(counting(pushed, size), at(pushed + size));
      pushed += size;
    }
    queue->end();
  });
  std::size_t seen = 0;
  bool in_order = true;
  for (Window window;;) {
    queue->wait(Clock::TimePoint::max());
    const auto popped = queue->pop(window);
    if (!popped) continue;
    for (std::size_t i = 0; i < popped->count; ++i) in_order = in_order && window[i] == static_cast<float>(seen + i);
    seen += popped->count;
    if (popped->count < window.size()) break;
  }
  RC_ASSERT(in_order);
  RC_ASSERT(seen == all);
}

TEST(ProcessQueueTest, SleepsUntilAWindowIsWhole) {
  constexpr std::size_t kWindows = 20;
  constexpr std::size_t kBlock = 32;  // 2 ms
  RingFigures figures;
  const auto queue = ProcessQueue::create(figures).value();
  long slept = 0;
  std::jthread detection([&] {
    Window window;
    for (std::size_t taken = 0; taken < kWindows;) {
      queue->wait(Clock::TimePoint::max());
      if (queue->pop(window)) ++taken;
    }
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    slept = usage.ru_nvcsw;
  });
  for (std::uint64_t pushed = 0; pushed < kWindows * ProcessQueue::kWindow; pushed += kBlock) {
    std::this_thread::sleep_for(1ms);  // longer than waking and sleeping again takes
    ASSERT_TRUE(queue->push(counting(pushed, kBlock), at(pushed + kBlock)));
  }
  detection.join();
  EXPECT_LE(slept, 3 * static_cast<long>(kWindows)) << "it was woken for blocks, of which a window has 16";
}

}  // namespace
}  // namespace voicestand::pipeline
