#include "voicestand/rt/realtime_thread.h"

#include <atomic>
#include <latch>
#include <memory>
#include <new>
#include <thread>

#include <gtest/gtest.h>

#include "voicestand/rt/allocation_counter.h"

namespace voicestand::rt {
namespace {

// Kept from the optimiser, which may leave out a new whose result nobody reads.
void* volatile kept = nullptr;

struct alignas(128) Wide {
  char bytes[128];
};

void allocate_and_free(std::size_t bytes) {
  char* const memory = new char[bytes];
  kept = memory;
  delete[] memory;
}

class HeapCount : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!realtime_allocations()) GTEST_SKIP() << "a sanitizer owns the heap in this build";
  }
};

TEST(RealtimeScope, MarksItsThreadForItsLifeAndNests) {
  EXPECT_FALSE(RealtimeScope::active());
  {
    const RealtimeScope outer;
    {
      const RealtimeScope inner;
      EXPECT_TRUE(RealtimeScope::active());
    }
    EXPECT_TRUE(RealtimeScope::active());
    std::jthread([] { EXPECT_FALSE(RealtimeScope::active()); }).join();
  }
  EXPECT_FALSE(RealtimeScope::active());
}

TEST_F(HeapCount, CountsWhatARealtimeThreadDoes) {
  const auto before = realtime_allocations().value();
  {
    const RealtimeScope scope;
    allocate_and_free(100);
    auto* const wide = new Wide;
    kept = wide;
    delete wide;
    kept = new (std::nothrow) int;
    delete static_cast<int*>(kept);
  }
  EXPECT_EQ(realtime_allocations().value() - before, 6);
}

TEST_F(HeapCount, LeavesOtherThreadsAlone) {
  const auto before = realtime_allocations().value();
  allocate_and_free(100);
  std::jthread other([] {
    const RealtimeScope scope;
    delete static_cast<int*>(nullptr);
  });
  other.join();
  EXPECT_EQ(realtime_allocations().value(), before);
}

TEST_F(HeapCount, CountsEachThreadsAllocationsByItself) {
  const std::atomic<std::uint64_t>* const ours = this_threads_allocations();
  ASSERT_NE(ours, nullptr);
  const std::uint64_t before = ours->load();
  std::latch allocated(1);
  std::latch read(1);
  const std::atomic<std::uint64_t>* theirs = nullptr;
  std::uint64_t their_first = 0;
  std::jthread other([&] {
    theirs = this_threads_allocations();
    their_first = theirs->load();
    for (int i = 0; i < 5; ++i) allocate_and_free(100);
    allocated.count_down();
    read.wait();
  });
  allocated.wait();
  EXPECT_EQ(theirs->load() - their_first, 5U) << "each once, and not when it is given back";
  read.count_down();
  other.join();
  const std::uint64_t begun = ours->load();
  EXPECT_LT(begun - before, 5U) << "what starting a thread takes, and nothing of the other's";
  allocate_and_free(100);
  EXPECT_EQ(ours->load() - begun, 1U);
}

TEST_F(HeapCount, RespectsAlignmentAndRefusesTheImpossible) {
  auto* const wide = new Wide;
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(wide) % alignof(Wide), 0);
  delete wide;
  volatile std::size_t too_much = SIZE_MAX - 1;
  EXPECT_THROW(kept = operator new(too_much), std::bad_alloc);
  EXPECT_THROW(kept = operator new(too_much, std::align_val_t{64}), std::bad_alloc);
}

}  // namespace
}  // namespace voicestand::rt
