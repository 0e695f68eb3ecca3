#include <array>
#include <cstddef>
#include <optional>

#include <gtest/gtest.h>

#include "voicestand/rt/memory_model_test_explorer.h"
#include "voicestand/telemetry/trace_slot.h"

// Clang's analysis of real-time functions and the sanitizers' view of stacks know nothing of fibers; the memory model
// is the test's own, so one compiler proves it for all.
#if !defined(__clang__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)

namespace voicestand::telemetry {
namespace {

namespace model = rt::model;

// The accesses that hand something over. Weakened: its order is relaxed, and all else is as in the product.
enum class Site { kNumberStored, kNumberLoaded, kFieldStored, kFieldLoaded };
std::optional<Site> weakened;
int atomics_made = 0;

template <typename T>
class Atomic {
 public:
  explicit(false) Atomic(T value) : model_(value), is_number_(atomics_made++ % 4 == 0) {}
  T load(std::memory_order order) const {
    return model_.load(weakened == (is_number_ ? Site::kNumberLoaded : Site::kFieldLoaded) ? std::memory_order_relaxed
                                                                                           : order);
  }
  void store(T value, std::memory_order order) {
    model_.store(
        value, weakened == (is_number_ ? Site::kNumberStored : Site::kFieldStored) ? std::memory_order_relaxed : order);
  }

 private:
  model::Atomic<T> model_;
  bool is_number_;  // a slot makes it first
};

TraceRecord record_of(std::uint64_t n) {
  return {.what = static_cast<std::uint8_t>(n),
          .subject = n,
          .at = Clock::TimePoint(Clock::Duration(n)),
          .lasted = Clock::Duration(n)};
}

// One record is written over by the next while somebody reads.
class OneSlot {
 public:
  void write() {
    slot_.write(1, record_of(1));
    slot_.write(2, record_of(2));
  }
  void read() {
    for (std::uint64_t number = 1; number <= 2; ++number) {
      const auto record = slot_.read(number);
      seen_ = seen_ || record.has_value();
      torn_ = torn_ || (record && *record != record_of(number));
    }
  }
  [[nodiscard]] bool seen() const { return seen_; }
  [[nodiscard]] bool torn() const { return torn_; }

 private:
  TraceSlot<Atomic> slot_;
  bool seen_ = false;
  bool torn_ = false;
};

model::Outcome explore(std::optional<Site> weaken) {
  weakened = weaken;
  atomics_made = 0;
  return model::explore(&OneSlot::write, &OneSlot::read, &OneSlot::seen, &OneSlot::torn);
}

TEST(TraceSlotModel, GivesNoTornRecordInAnyInterleaving) {
  const model::Outcome outcome = explore(std::nullopt);
  EXPECT_FALSE(outcome.found);
  EXPECT_GT(outcome.runs, 1'000U);  // all of them, and that is no handful
  EXPECT_GT(outcome.worked, 100U);  // in many, a record was read
}

TEST(TraceSlotModel, EachWeakenedOrderLetsATornRecordThrough) {
  EXPECT_TRUE(explore(Site::kNumberStored).found);
  EXPECT_TRUE(explore(Site::kNumberLoaded).found);
  EXPECT_TRUE(explore(Site::kFieldStored).found);
  EXPECT_TRUE(explore(Site::kFieldLoaded).found);
}

}  // namespace
}  // namespace voicestand::telemetry

#endif
