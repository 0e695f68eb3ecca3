#include "voicestand/rt/spsc_ring.h"

#include <array>
#include <cstdint>
#include <deque>
#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "voicestand/rt/allocation_counter.h"
#include "voicestand/rt/realtime_thread.h"

namespace voicestand::rt {
namespace {

SpscRing<std::uint32_t> ring_of(std::size_t capacity) {
  return SpscRing<std::uint32_t>::create(capacity).value();
}

TEST(SpscRing, RefusesACapacityThatMakesNoSense) {
  for (const std::size_t capacity : {std::size_t{0}, SpscRing<float>::kMaxCapacityBytes, SIZE_MAX}) {
    const auto ring = SpscRing<float>::create(capacity);
    ASSERT_FALSE(ring);
    EXPECT_EQ(ring.error().code, Errc::kUsage);
  }
}

TEST(SpscRing, RoundsItsCapacityUpToAPowerOfTwo) {
  EXPECT_EQ(ring_of(1).capacity(), 1);
  EXPECT_EQ(ring_of(5).capacity(), 8);
  EXPECT_EQ(ring_of(4096).capacity(), 4096);
}

TEST(SpscRing, AFullRingTakesNothingAndAnEmptyOneGivesNothing) {
  auto ring = ring_of(4);
  std::array<std::uint32_t, 6> values{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(ring.pop(values), 0);
  EXPECT_EQ(ring.push(values), 4);
  EXPECT_EQ(ring.push(values), 0);
  EXPECT_EQ(ring.push({}), 0);
}

TEST(SpscRing, KeepsItsContentWhenMoved) {
  auto first = ring_of(4);
  const std::array<std::uint32_t, 3> values{7, 8, 9};
  ASSERT_EQ(first.push(values), 3);
  auto second = std::move(first);
  std::array<std::uint32_t, 3> out{};
  EXPECT_EQ(second.pop(out), 3);
  EXPECT_EQ(out, values);
}

TEST(SpscRing, GivesItsPlacesInOnePieceWhereverTheyBegin) {
  auto ring = ring_of(1024);
  for (std::uint32_t round = 0; round < 50; ++round) {
    const auto places = ring.prepare_write(700);
    ASSERT_EQ(places.size(), 700);
    std::iota(places.begin(), places.end(), round);
    EXPECT_EQ(ring.read_available(), 0) << "not handed over yet";
    ring.commit(700);
    const auto values = ring.peek(1000);
    ASSERT_EQ(values.size(), 700);
    EXPECT_EQ(values.front(), round);
    EXPECT_EQ(values.back(), round + 699);
    ring.consume(300);
    EXPECT_EQ(ring.peek(1).front(), round + 300);
    ring.consume(400);
  }
}

TEST(SpscRing, WhatIsNotCommittedIsNotThere) {
  auto ring = ring_of(4);
  EXPECT_EQ(ring.prepare_write(9).size(), 4);
  ring.commit(0);
  EXPECT_TRUE(ring.peek(9).empty());
  ring.prepare_write(2)[0] = 5;
  ring.commit(1);
  EXPECT_EQ(ring.prepare_write(9).size(), 3);
  EXPECT_EQ(ring.peek(9).size(), 1);
}

// Whatever is done in whatever order, the ring is a bounded queue.
RC_GTEST_PROP(SpscRing, BehavesAsABoundedQueue, ()) {
  const auto min_capacity = *rc::gen::inRange<std::size_t>(1, 70);
  auto ring = ring_of(min_capacity);
  std::deque<std::uint32_t> model;
  std::uint32_t next = 0;
  for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(-100, 101))) {
    RC_ASSERT(ring.read_available() == model.size());
    RC_ASSERT(ring.write_available() == ring.capacity() - model.size());
    if (step >= 0) {
      std::vector<std::uint32_t> block(static_cast<std::size_t>(step));
      std::iota(block.begin(), block.end(), next);
      const std::size_t taken = ring.push(block);
      RC_ASSERT(taken == std::min(block.size(), ring.capacity() - model.size()));
      model.insert(model.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(taken));
      next += static_cast<std::uint32_t>(taken);
    } else {
      std::vector<std::uint32_t> block(static_cast<std::size_t>(-step), UINT32_MAX);
      const std::size_t given = ring.pop(block);
      RC_ASSERT(given == std::min(block.size(), model.size()));
      const auto end = model.begin() + static_cast<std::ptrdiff_t>(given);
      RC_ASSERT(std::equal(model.begin(), end, block.begin()));
      RC_ASSERT(std::all_of(block.begin() + static_cast<std::ptrdiff_t>(given), block.end(),
                            [](std::uint32_t value) { return value == UINT32_MAX; }));
      model.erase(model.begin(), end);
    }
  }
}

TEST(SpscRing, CarriesEveryValueInOrderBetweenTwoThreads) {
  constexpr std::uint32_t kValues = 400'000;
  auto ring = ring_of(64);
  std::jthread producer([&] {
    std::array<std::uint32_t, 37> block{};
    for (std::uint32_t sent = 0; sent < kValues;) {
      const std::size_t wanted = std::min<std::size_t>(1 + sent % block.size(), kValues - sent);
      std::iota(block.begin(), block.end(), sent);
      const std::size_t taken = ring.push(std::span(block).first(wanted));
      if (taken == 0) std::this_thread::yield();
      sent += static_cast<std::uint32_t>(taken);
    }
  });
  std::array<std::uint32_t, 29> block{};
  for (std::uint32_t expected = 0; expected < kValues;) {
    const std::size_t given = ring.pop(std::span(block).first(1 + expected % block.size()));
    if (given == 0) std::this_thread::yield();
    for (std::size_t i = 0; i < given; ++i) ASSERT_EQ(block[i], expected++);
  }
  EXPECT_EQ(ring.read_available(), 0);
}

TEST(SpscRing, MovesBlocksWithoutTheHeap) {
  auto ring = ring_of(256);
  std::array<std::uint32_t, 128> block{};
  const auto before = realtime_allocations();
  {
    const RealtimeScope scope;
    for (int i = 0; i < 100; ++i) {
      EXPECT_EQ(ring.push(block), block.size());
      EXPECT_EQ(ring.pop(block), block.size());
    }
  }
  EXPECT_EQ(realtime_allocations(), before);
}

}  // namespace
}  // namespace voicestand::rt
