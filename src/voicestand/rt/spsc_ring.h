#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"

namespace voicestand::rt {

// Wait-free single-producer, single-consumer ring of plain values, moved block by block: capture callback -> pipeline.
//
// Positions are counts since the start, never wrapped: written - read is what lies in the ring, and a position's place
// is its low bits. Each side keeps the other's position as it last saw it, so that the shared line is fetched only
// when that knowledge is too old to serve the call.
template <typename T>
class SpscRing {
  static_assert(std::is_trivially_copyable_v<T>, "blocks are copied as bytes");

 public:
  static constexpr std::size_t kMaxCapacityBytes = std::size_t{1} << 30U;

  // Thread: any. Real-time: no, allocates. Holds min_capacity values, rounded up to a power of two. Errors: kUsage for
  // no capacity or more than kMaxCapacityBytes.
  [[nodiscard]] static Result<SpscRing> create(std::size_t min_capacity) {
    if (min_capacity == 0 || min_capacity > kMaxCapacityBytes / sizeof(T)) {
      return fail(Errc::kUsage, "a ring cannot hold " + std::to_string(min_capacity) + " values");
    }
    return SpscRing(std::bit_ceil(min_capacity));
  }

  // Thread: the owner, while neither side is in use; relaxed loads suffice, for whoever hands the ring over
  // synchronises.
  SpscRing(SpscRing&& other) noexcept
      : values_(std::move(other.values_)),
        mask_(std::exchange(other.mask_, 0)),
        written_(other.written_.load(std::memory_order_relaxed)),
        read_seen_(other.read_seen_),
        read_(other.read_.load(std::memory_order_relaxed)),
        written_seen_(other.written_seen_) {}
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;
  SpscRing& operator=(SpscRing&&) = delete;
  ~SpscRing() = default;

  // Thread: any. Real-time: yes, wait-free. In values.
  [[nodiscard]] std::size_t capacity() const noexcept VS_REALTIME { return mask_ + 1; }

  // Thread: producer only. Real-time: yes, wait-free. Returns how many of the first values were taken; the rest stay
  // yours.
  [[nodiscard]] std::size_t push(std::span<const T> values) noexcept VS_REALTIME {
    const std::size_t written = written_.load(std::memory_order_relaxed);  // own position: no pair needed
    std::size_t room = capacity() - (written - read_seen_);
    if (room < values.size()) {
      room = write_available();
    }
    const std::size_t count = std::min(room, values.size());
    const std::size_t at = written & mask_;
    const std::size_t until_end = std::min(count, capacity() - at);
    std::copy_n(values.data(), until_end, values_.get() + at);
    std::copy_n(values.data() + until_end, count - until_end, values_.get());
    // Release: the copies above are seen by whoever acquires this position. Pair: acquire in read_available().
    written_.store(written + count, std::memory_order_release);
    return count;
  }

  // Thread: producer only. Real-time: yes, wait-free. Values that push() takes at least, until the next push().
  [[nodiscard]] std::size_t write_available() noexcept VS_REALTIME {
    // Acquire: the consumer has copied out what it gave back before we overwrite it. Pair: release in pop().
    read_seen_ = read_.load(std::memory_order_acquire);
    return capacity() - (written_.load(std::memory_order_relaxed) - read_seen_);  // own position: no pair needed
  }

  // Thread: consumer only. Real-time: yes, wait-free. Fills the front of `values` and returns how many came.
  [[nodiscard]] std::size_t pop(std::span<T> values) noexcept VS_REALTIME {
    const std::size_t read = read_.load(std::memory_order_relaxed);  // own position: no pair needed
    std::size_t ready = written_seen_ - read;
    if (ready < values.size()) {
      ready = read_available();
    }
    const std::size_t count = std::min(ready, values.size());
    const std::size_t at = read & mask_;
    const std::size_t until_end = std::min(count, capacity() - at);
    std::copy_n(values_.get() + at, until_end, values.data());
    std::copy_n(values_.get(), count - until_end, values.data() + until_end);
    // Release: the copies out are done before the producer may reuse the places. Pair: acquire in write_available().
    read_.store(read + count, std::memory_order_release);
    return count;
  }

  // Thread: consumer only. Real-time: yes, wait-free. Values that pop() delivers at least, until the next pop().
  [[nodiscard]] std::size_t read_available() noexcept VS_REALTIME {
    // Acquire: the values below this position are complete. Pair: release in push().
    written_seen_ = written_.load(std::memory_order_acquire);
    return written_seen_ - read_.load(std::memory_order_relaxed);  // own position: no pair needed
  }

 private:
  explicit SpscRing(std::size_t capacity) : values_(std::make_unique<T[]>(capacity)), mask_(capacity - 1) {}

  // Never changed while the ring is in use.
  std::unique_ptr<T[]> values_;
  std::size_t mask_;

  // Written by the producer.
  alignas(kCacheLineBytes) std::atomic<std::size_t> written_{0};  // released by push() to read_available()
  std::size_t read_seen_{0};

  // Written by the consumer.
  alignas(kCacheLineBytes) std::atomic<std::size_t> read_{0};  // released by pop() to write_available()
  std::size_t written_seen_{0};
};

}  // namespace voicestand::rt
