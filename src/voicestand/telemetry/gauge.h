#pragma once

#include <atomic>
#include <cstdint>

#include "voicestand/base/realtime.h"

namespace voicestand::telemetry {

// How much of something there is, and the most there has been. As a Counter it orders nothing: each of the two numbers
// is whole by itself.
class Gauge {
 public:
  Gauge() noexcept = default;
  Gauge(const Gauge&) = delete;
  Gauge& operator=(const Gauge&) = delete;
  ~Gauge() = default;

  // Thread: any. Real-time: yes, wait-free while one thread sets it, lock-free when several do.
  void set(std::uint64_t value) noexcept VS_REALTIME {
    value_.store(value, std::memory_order_relaxed);  // pairs with nothing, here and below: the number alone is read
    std::uint64_t highest = high_water_.load(std::memory_order_relaxed);
    while (highest < value && !high_water_.compare_exchange_strong(highest, value, std::memory_order_relaxed)) {
    }
  }
  // Thread: any. Real-time: yes, wait-free. As set(), for who takes something away: it cannot be the most there has
  // been, and the line with that number is left to those who add.
  void fall_to(std::uint64_t value) noexcept VS_REALTIME { value_.store(value, std::memory_order_relaxed); }

  // Thread: any. Real-time: yes, wait-free.
  [[nodiscard]] std::uint64_t value() const noexcept VS_REALTIME { return value_.load(std::memory_order_relaxed); }
  // Thread: any. Real-time: yes, wait-free. Never falls.
  [[nodiscard]] std::uint64_t high_water() const noexcept VS_REALTIME {
    return high_water_.load(std::memory_order_relaxed);
  }

 private:
  alignas(kCacheLineBytes) std::atomic<std::uint64_t> value_{0};
  alignas(kCacheLineBytes) std::atomic<std::uint64_t> high_water_{0};
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
};

}  // namespace voicestand::telemetry
