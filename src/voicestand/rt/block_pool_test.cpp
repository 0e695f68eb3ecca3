#include "voicestand/rt/block_pool.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "voicestand/rt/allocation_counter.h"
#include "voicestand/rt/realtime_thread.h"

namespace voicestand::rt {
namespace {

std::unique_ptr<BlockPool> pool_of(std::uint32_t small, std::uint32_t middle, std::uint32_t large) {
  return BlockPool::create({.blocks = {small, middle, large}}).value();
}

TEST(BlockPool, GivesTheSmallestBlockThatFits) {
  const auto pool = pool_of(1, 1, 1);
  std::byte* const small = pool->acquire(1024);
  std::byte* const middle = pool->acquire(1025);
  std::byte* const large = pool->acquire(256 * 1024);
  for (std::byte* const block : {small, middle, large}) {
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % kCacheLineBytes, 0U);
  }
  std::memset(large, 1, 256 * 1024);
  std::memset(middle, 2, 16 * 1024);
  std::memset(small, 3, 1024);
  EXPECT_EQ(large[256 * 1024 - 1], std::byte{1});
  EXPECT_EQ(middle[16 * 1024 - 1], std::byte{2});
  EXPECT_EQ(pool->acquire(1), nullptr) << "no larger block stands in";
  EXPECT_EQ(pool->acquire(256 * 1024 + 1), nullptr);
  for (std::byte* const block : {small, middle, large}) pool->release(block);
}

TEST(BlockPool, ExhaustionIsAnAnswerAndIsCounted) {
  const auto pool = pool_of(2, 0, 0);
  std::byte* const first = pool->acquire(1);
  std::byte* const second = pool->acquire(1);
  EXPECT_EQ(pool->acquire(1), nullptr);
  EXPECT_EQ(pool->acquire(2'000), nullptr);
  pool->release(first);
  EXPECT_EQ(pool->acquire(1), first);
  pool->release(first);
  pool->release(second);
  pool->release(nullptr);
  const auto statistics = pool->statistics(0);
  EXPECT_EQ(statistics.block_bytes, 1024U);
  EXPECT_EQ(statistics.blocks, 2U);
  EXPECT_EQ(statistics.in_use, 0U);
  EXPECT_EQ(statistics.high_water, 2U);
  EXPECT_EQ(statistics.exhausted, 1U);
  EXPECT_EQ(pool->statistics(1).exhausted, 1U);
}

TEST(BlockPool, RefusesMoreBlocksThanItCanCount) {
  const auto pool = BlockPool::create({.blocks = {BlockPool::kMaxBlocks + 1, 0, 0}});
  ASSERT_FALSE(pool);
  EXPECT_EQ(pool.error().code, Errc::kUsage);
  EXPECT_EQ(pool_of(0, 0, 0)->acquire(1), nullptr);
}

// Whatever is taken and given back in whatever order, directly or through a cache: no block is given twice, none is
// lost, and the statistics are true.
RC_GTEST_PROP(BlockPool, GivesEachBlockToOneAtATime, ()) {
  const auto pool = pool_of(20, 5, 2);
  std::uint32_t most = 0;
  {
    BlockPool::Cache cache(*pool);
    std::set<std::byte*> held;
    for (const auto& [step, cached] : *rc::gen::container<std::vector<std::pair<int, bool>>>(
             rc::gen::pair(rc::gen::inRange(0, 6), rc::gen::arbitrary<bool>()))) {
      if (step < 4) {
        constexpr std::array<std::size_t, 4> kSizes{100, 1024, 10'000, 200'000};
        const std::size_t size = kSizes[static_cast<std::size_t>(step)];
        std::byte* const block = cached ? cache.acquire(size) : pool->acquire(size);
        if (block != nullptr) RC_ASSERT(held.insert(block).second);
      } else if (!held.empty()) {
        std::byte* const block = step == 4 ? *held.begin() : *held.rbegin();
        held.erase(block);
        cached ? cache.release(block) : pool->release(block);
      }
      most = std::max(most, pool->statistics(0).in_use);
    }
    for (std::byte* const block : held) cache.release(block);
  }
  for (std::size_t i = 0; i < BlockPool::kClasses; ++i) RC_ASSERT(pool->statistics(i).in_use == 0U);
  RC_ASSERT(pool->statistics(0).high_water == most);
}

// Under tsan this also proves that one user's writes happen before the next one's.
TEST(BlockPool, SharesFewBlocksBetweenManyThreads) {
  constexpr int kRounds = 20'000;
  const auto pool = pool_of(3, 0, 0);
  std::atomic<bool> torn{false};
  std::atomic<std::uint64_t> taken{0};
  {
    std::vector<std::jthread> threads;
    for (int id = 0; id < 4; ++id) {
      threads.emplace_back([&, id] {
        const auto mark = static_cast<std::byte>(id + 1);
        for (int round = 0; round < kRounds; ++round) {
          std::byte* const block = pool->acquire(64);
          if (block == nullptr) {
            std::this_thread::yield();
            continue;
          }
          taken.fetch_add(1, std::memory_order_relaxed);
          std::fill_n(block, 64, mark);
          if (std::count(block, block + 64, mark) != 64) torn.store(true, std::memory_order_relaxed);
          pool->release(block);
        }
      });
    }
  }
  EXPECT_FALSE(torn);
  EXPECT_GT(taken, 1'000U);
  EXPECT_EQ(pool->statistics(0).in_use, 0U);
  EXPECT_LE(pool->statistics(0).high_water, 3U);
}

TEST(BlockPool, NeverTouchesTheHeapOnceItIsThere) {
  const auto pool = pool_of(8, 8, 1);
  BlockPool::Cache cache(*pool);
  const auto before = realtime_allocations();
  {
    const RealtimeScope scope;
    for (int i = 0; i < 1'000; ++i) {
      std::byte* const one = pool->acquire(500);
      std::byte* const other = cache.acquire(5'000);
      pool->release(other);
      cache.release(one);
    }
  }
  EXPECT_EQ(realtime_allocations(), before);
}

}  // namespace
}  // namespace voicestand::rt
