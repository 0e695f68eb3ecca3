#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"
#include "voicestand/rt/mirrored_memory.h"
#include "voicestand/rt/spsc_index.h"

namespace voicestand::rt {

// Wait-free single-producer, single-consumer ring of plain values: capture callback -> pipeline. Blocks are copied in
// and out (push, pop) or written and read where they lie (prepare_write and commit, peek and consume); thanks to the
// mirrored memory each is one contiguous span, wherever it begins.
template <typename T>
class SpscRing {
  static_assert(std::is_trivially_copyable_v<T>, "blocks are copied as bytes");

 public:
  static constexpr std::size_t kMaxCapacityBytes = std::size_t{1} << 30U;

  // Thread: any. Real-time: no, allocates and touches all its memory. Holds min_capacity values, rounded up to a power
  // of two. Errors: kUsage for no capacity or more than kMaxCapacityBytes, and MirroredMemory's.
  [[nodiscard]] static Result<SpscRing> create(std::size_t min_capacity) {
    if (min_capacity == 0 || min_capacity > kMaxCapacityBytes / kStrideBytes) {
      return fail(Errc::kUsage, "a ring cannot hold " + std::to_string(min_capacity) + " values");
    }
    const std::size_t capacity = std::bit_ceil(min_capacity);
    auto memory = MirroredMemory::create(capacity * kStrideBytes);
    if (!memory) return std::unexpected(std::move(memory.error()));
    return SpscRing(std::move(*memory), capacity);
  }

  // Thread: any. Real-time: yes, wait-free. In values.
  [[nodiscard]] std::size_t capacity() const noexcept VS_REALTIME { return index_.capacity(); }
  // Thread: any. Real-time: yes.
  [[nodiscard]] std::size_t memory_bytes() const noexcept VS_REALTIME { return memory_.size_bytes(); }

  // --- Thread: producer only. Real-time: yes, wait-free. ---

  // Places to write the next values to: `most` of them, or as many as are free. They stay the producer's until
  // commit().
  [[nodiscard]] std::span<T> prepare_write(std::size_t most) noexcept VS_REALTIME {
    return {at(index_.write_position()), std::min(index_.writable(most), most)};
  }
  // The first `count` of the places that prepare_write() gave hold values now.
  void commit(std::size_t count) noexcept VS_REALTIME { index_.commit(count); }
  // Returns how many of the first values were taken; the rest stay yours.
  [[nodiscard]] std::size_t push(std::span<const T> values) noexcept VS_REALTIME {
    const std::span<T> places = prepare_write(values.size());
    std::copy_n(values.data(), places.size(), places.data());
    commit(places.size());
    return places.size();
  }
  // Values that push() takes at least, until the next push().
  [[nodiscard]] std::size_t write_available() noexcept VS_REALTIME { return index_.writable(capacity()); }
  // Half of it at least is free. Who waits for room had better wait for this: to be woken for each value costs more.
  [[nodiscard]] bool half_writable() noexcept VS_REALTIME { return write_available() >= capacity() / 2; }

  // --- Thread: consumer only. Real-time: yes, wait-free. ---

  // The next values: `most` of them, or as many as there are. They stay the consumer's until consume().
  [[nodiscard]] std::span<const T> peek(std::size_t most) noexcept VS_REALTIME {
    return {at(index_.read_position()), std::min(index_.readable(most), most)};
  }
  // The first `count` of the values that peek() gave are done with.
  void consume(std::size_t count) noexcept VS_REALTIME { index_.consume(count); }
  // Fills the front of `values` and returns how many came.
  [[nodiscard]] std::size_t pop(std::span<T> values) noexcept VS_REALTIME {
    const std::span<const T> ready = peek(values.size());
    std::copy_n(ready.data(), ready.size(), values.data());
    consume(ready.size());
    return ready.size();
  }
  // Values that pop() delivers at least, until the next pop().
  [[nodiscard]] std::size_t read_available() noexcept VS_REALTIME { return index_.readable(capacity()); }
  // The other side's half_writable(), or soon: what is not known here of later pushes makes the ring look emptier.
  [[nodiscard]] bool half_read() noexcept VS_REALTIME { return read_available() <= capacity() / 2; }

 private:
  static constexpr std::size_t kStrideBytes = sizeof(T);
  static_assert(std::has_single_bit(kStrideBytes), "the mirror repeats after a power of two of bytes");

  SpscRing(MirroredMemory memory, std::size_t capacity) noexcept
      : memory_(std::move(memory)), index_(capacity), mask_bytes_(memory_.size_bytes() - 1) {}

  [[nodiscard]] T* at(std::size_t position) const noexcept VS_REALTIME {
    return reinterpret_cast<T*>(memory_.data() + (position * kStrideBytes & mask_bytes_));
  }

  // Never changed while the ring is in use.
  MirroredMemory memory_;
  SpscIndex<> index_;
  std::size_t mask_bytes_;
};

}  // namespace voicestand::rt
