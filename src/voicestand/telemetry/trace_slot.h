#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "voicestand/base/clock.h"
#include "voicestand/base/realtime.h"

namespace voicestand::telemetry {

// Something that happened.
struct TraceRecord {
  static constexpr std::uint64_t kMaxSubject = (std::uint64_t{1} << 56U) - 1;

  std::uint8_t what = 0;      // in the words of whoever writes the trace
  std::uint64_t subject = 0;  // what it happened to, an utterance or a sample: kMaxSubject at most
  Clock::TimePoint at;        // when it began
  Clock::Duration lasted{};   // nothing: it was a moment
  friend bool operator==(const TraceRecord&, const TraceRecord&) noexcept = default;
};

// The place of one record, written over again and again by one thread while others read: a sequence lock (as in H.-J.
// Boehm, "Can seqlocks get along with programming language memory models?", 2012) whose fields are atomic, so that a
// torn read is no race, and is found. Each record has a number, which rises from one to the next.
//
// `Atomic` is std::atomic, but in the test that runs every interleaving of it (trace_slot_model_test.cpp).
template <template <typename> typename Atomic = std::atomic>
class TraceSlot {
 public:
  // Thread: the writer. Real-time: yes, wait-free. `number` is not 0.
  void write(std::uint64_t number, const TraceRecord& record) noexcept VS_REALTIME {
    // Relaxed: the fields' release below carries it along.
    number_.store(0, std::memory_order_relaxed);
    // Release, all three: whoever reads one of these fields finds the number gone. Pair: the fields' acquire in read().
    at_ns_.store(record.at.time_since_epoch().count(), std::memory_order_release);
    lasted_ns_.store(record.lasted.count(), std::memory_order_release);
    what_and_subject_.store(std::uint64_t{record.what} << kWhatShift | (record.subject & TraceRecord::kMaxSubject),
                            std::memory_order_release);
    // Release: whoever reads this number finds these fields, or later ones. Pair: the first acquire in read().
    number_.store(number, std::memory_order_release);
  }

  // Thread: any. Real-time: yes, wait-free. The record of that number; nothing where another is here, or is being
  // written.
  [[nodiscard]] std::optional<TraceRecord> read(std::uint64_t number) const noexcept VS_REALTIME {
    // Acquire: the fields below are no older than this number. Pair: the last release in write().
    if (number_.load(std::memory_order_acquire) != number) return std::nullopt;
    // Acquire, all three: where a field is of a later record, the number below is not this one any more. Pair: the
    // fields' release in write().
    const std::int64_t at_ns = at_ns_.load(std::memory_order_acquire);
    const std::int64_t lasted_ns = lasted_ns_.load(std::memory_order_acquire);
    const std::uint64_t what_and_subject = what_and_subject_.load(std::memory_order_acquire);
    // Relaxed: it is only compared, and comes after the fields because those were acquired.
    if (number_.load(std::memory_order_relaxed) != number) return std::nullopt;
    return TraceRecord{.what = static_cast<std::uint8_t>(what_and_subject >> kWhatShift),
                       .subject = what_and_subject & TraceRecord::kMaxSubject,
                       .at = Clock::TimePoint(Clock::Duration(at_ns)),
                       .lasted = Clock::Duration(lasted_ns)};
  }

 private:
  static constexpr unsigned kWhatShift = 56;

  Atomic<std::uint64_t> number_{0};  // of the record that is here; 0: none is, or it is being written
  Atomic<std::int64_t> at_ns_{0};
  Atomic<std::int64_t> lasted_ns_{0};
  Atomic<std::uint64_t> what_and_subject_{0};
};

static_assert(sizeof(TraceSlot<>) == 32);

}  // namespace voicestand::telemetry
