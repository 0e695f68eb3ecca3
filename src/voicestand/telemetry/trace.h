#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "voicestand/base/realtime.h"
#include "voicestand/telemetry/trace_slot.h"

namespace voicestand::telemetry {

// The last things that one thread has done, for whoever looks later: a ring of fixed records that overwrites its
// oldest. Each thread has a ring of its own. So a record costs no exchange between cores, and what is rare is not
// pushed out by what happens all the time elsewhere.
template <std::size_t kCapacity>
class Trace {
  static_assert(std::has_single_bit(kCapacity));

 public:
  Trace() noexcept = default;
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;
  ~Trace() = default;

  // Thread: the one whose trace it is. Real-time: yes, wait-free. More than kMaxSubject loses its highest bits.
  void record(const TraceRecord& record) noexcept VS_REALTIME {
    const std::uint64_t number = written_.load(std::memory_order_relaxed) + 1;  // own count: no pair needed
    slots_[number % kCapacity].write(number, record);
    // Release: the record is there before it is counted. Pair: acquire in records().
    written_.store(number, std::memory_order_release);
  }

  // Thread: any. Real-time: yes. How many there have been.
  [[nodiscard]] std::uint64_t written() const noexcept VS_REALTIME { return written_.load(std::memory_order_relaxed); }

  // Thread: any. Real-time: no, allocates. What the ring holds, in the order in which it was written; the writer is not
  // held up, and a record that it overwrites meanwhile is left out.
  [[nodiscard]] std::vector<TraceRecord> records() const {
    const std::uint64_t last = written_.load(std::memory_order_acquire);  // pair: release in record()
    std::vector<TraceRecord> found;
    found.reserve(kCapacity);
    for (std::uint64_t number = last - std::min<std::uint64_t>(last, kCapacity) + 1; number <= last; ++number) {
      if (const auto record = slots_[number % kCapacity].read(number)) found.push_back(*record);
    }
    return found;
  }

 private:
  alignas(kCacheLineBytes) std::atomic<std::uint64_t> written_{0};  // released by record(), acquired by records()
  std::array<TraceSlot<>, kCapacity> slots_{};
};

}  // namespace voicestand::telemetry
