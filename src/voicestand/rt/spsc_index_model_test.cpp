#include <array>
#include <cstddef>
#include <optional>

#include <gtest/gtest.h>

#include "voicestand/rt/memory_model_test_explorer.h"
#include "voicestand/rt/spsc_index.h"

// Clang's analysis of real-time functions and the sanitizers' view of stacks know nothing of fibers; the memory model
// is the test's own, so one compiler proves it for all.
#if !defined(__clang__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)

namespace voicestand::rt {
namespace {

// The four accesses that hand something over. Weakened: its order is relaxed, and all else is as in the product.
enum class Site { kCommit, kReadable, kConsume, kWritable };
std::optional<Site> weakened;
int atomics_made = 0;

template <typename T>
class Atomic {
 public:
  explicit(false) Atomic(T value) : model_(value), read_position_(atomics_made++ % 2 == 1) {}
  T load(std::memory_order order) const {
    const Site site = read_position_ ? Site::kWritable : Site::kReadable;
    return model_.load(order == std::memory_order_acquire && weakened == site ? std::memory_order_relaxed : order);
  }
  void store(T value, std::memory_order order) {
    const Site site = read_position_ ? Site::kConsume : Site::kCommit;
    model_.store(value, weakened == site ? std::memory_order_relaxed : order);
  }

 private:
  model::Atomic<T> model_;
  bool read_position_;  // SpscIndex makes the written position first
};

// A ring of two places, through which three values are pushed in blocks of up to two.
class TinyRing {
 public:
  static constexpr std::size_t kCapacity = 2;
  static constexpr int kValues = 3;

  void produce() {
    for (int attempt = 0; attempt < 3 && sent_ < kValues; ++attempt) {
      const std::size_t wanted = attempt % 2 == 0 ? 2 : 1;
      const std::size_t count = std::min({index_.writable(wanted), wanted, static_cast<std::size_t>(kValues - sent_)});
      for (std::size_t i = 0; i < count; ++i) places_[(index_.write_position() + i) % kCapacity].write(++sent_);
      if (count > 0) index_.commit(count);
    }
  }
  void consume() {
    for (int attempt = 0; attempt < 3 && received_ < kValues; ++attempt) {
      const std::size_t wanted = attempt % 2 == 0 ? 1 : 2;
      const std::size_t count = std::min(index_.readable(wanted), wanted);
      for (std::size_t i = 0; i < count; ++i)
        wrong_ = places_[(index_.read_position() + i) % kCapacity].read() != ++received_ || wrong_;
      if (count > 0) index_.consume(count);
    }
  }
  [[nodiscard]] bool wrong() const { return wrong_; }
  [[nodiscard]] bool complete() const { return received_ == kValues; }

 private:
  SpscIndex<Atomic> index_{kCapacity};
  std::array<model::Plain<int>, kCapacity> places_;
  int sent_ = 0;
  int received_ = 0;
  bool wrong_ = false;
};

model::Outcome explore(std::optional<Site> weaken) {
  weakened = weaken;
  atomics_made = 0;
  return model::explore(&TinyRing::produce, &TinyRing::consume, &TinyRing::complete, &TinyRing::wrong);
}

TEST(SpscIndexModel, HoldsInEveryInterleaving) {
  const model::Outcome outcome = explore(std::nullopt);
  EXPECT_FALSE(outcome.found);
  EXPECT_GT(outcome.runs, 10'000U);   // all of them, and that is no handful
  EXPECT_GT(outcome.worked, 1'000U);  // in many, everything went round the ring
}

TEST(SpscIndexModel, EachWeakenedOrderIsCaught) {
  EXPECT_TRUE(explore(Site::kCommit).found);
  EXPECT_TRUE(explore(Site::kReadable).found);
  EXPECT_TRUE(explore(Site::kConsume).found);
  EXPECT_TRUE(explore(Site::kWritable).found);
}

}  // namespace
}  // namespace voicestand::rt

#endif
