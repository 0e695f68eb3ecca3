#pragma once

#include <atomic>
#include <cstdint>

#include "voicestand/base/realtime.h"

namespace voicestand::telemetry {

// Counts events from any thread. A count orders nothing: what a reader may conclude from it is the number alone.
class alignas(kCacheLineBytes) Counter {
 public:
  Counter() noexcept = default;
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;
  ~Counter() = default;

  // Thread: any. Real-time: yes, wait-free.
  void add(std::uint64_t events = 1) noexcept VS_REALTIME {
    value_.fetch_add(events, std::memory_order_relaxed);  // pairs with nothing: atomicity is all that is needed
  }
  // Thread: one, which alone counts here. Real-time: yes, wait-free. As add(), and four times as quick: no other core
  // is kept from the number meanwhile.
  void add_alone(std::uint64_t events = 1) noexcept VS_REALTIME {
    value_.store(value() + events, std::memory_order_relaxed);  // pairs with nothing
  }

  // Thread: any. Real-time: yes, wait-free. Never falls.
  [[nodiscard]] std::uint64_t value() const noexcept VS_REALTIME { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
};

}  // namespace voicestand::telemetry
