#pragma once

#include <atomic>
#include <cstdint>

#include "voicestand/base/clock.h"
#include "voicestand/base/realtime.h"

namespace voicestand::rt {

// Wakes one sleeping consumer when there is something for it: an eventcount on a futex. The condition itself (a ring
// that holds enough, a stop flag) is the caller's, and so is the synchronisation of the data behind it; the bell only
// makes waiting for it cheap and never too long.
//
// No wake-up is lost. The producer makes the condition true and then exchanges the state; the consumer exchanges the
// state and then looks at the condition. Both write the same variable by read-modify-write, so one of the two
// exchanges comes first: is it the consumer's, the producer finds kAsleep and wakes; is it the producer's, the
// consumer's exchange acquires what it released, and the condition is seen to be true. That argument needs every write
// to be a read-modify-write (a plain store would break the chain of releases), and acq_rel on each.
class Doorbell {
 public:
  Doorbell() noexcept = default;
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;
  ~Doorbell() = default;

  // Thread: any, after what the consumer waits for has become true. Real-time: yes, bounded: one locked instruction,
  // and one system call when the consumer sleeps.
  void ring() noexcept VS_REALTIME {
    // Pair: the exchanges in wait_until().
    if (state_.exchange(kAwake, std::memory_order_acq_rel) == kAsleep) wake();
  }

  // Thread: the one consumer. Real-time: no, sleeps. Returns true once `predicate()` holds, false when the deadline
  // (CLOCK_MONOTONIC; TimePoint::max() is never) has passed and it does not.
  template <typename Predicate>
  [[nodiscard]] bool wait_until(Predicate predicate, Clock::TimePoint deadline) noexcept(noexcept(predicate())) {
    if (predicate()) return true;
    for (bool in_time = true;;) {
      state_.exchange(kAsleep, std::memory_order_acq_rel);  // pair: the exchange in ring()
      const bool holds = predicate();
      if (holds || !in_time) {
        state_.exchange(kAwake, std::memory_order_acq_rel);  // spares ring() its system call; pair: ring()
        return holds;
      }
      in_time = sleep(deadline);
    }
  }

 private:
  static constexpr std::uint32_t kAwake = 0;
  static constexpr std::uint32_t kAsleep = 1;

  void wake() noexcept VS_REALTIME;
  // Until woken, by chance, or the deadline has passed, which is what false says.
  bool sleep(Clock::TimePoint deadline) noexcept;

  alignas(kCacheLineBytes) std::atomic<std::uint32_t> state_{kAwake};  // written by both, by exchange alone
  static_assert(std::atomic<std::uint32_t>::is_always_lock_free && sizeof(std::atomic<std::uint32_t>) == 4,
                "the kernel reads it as a futex word");
};

}  // namespace voicestand::rt
