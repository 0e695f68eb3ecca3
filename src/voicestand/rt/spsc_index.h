#pragma once

#include <atomic>
#include <cstddef>

#include "voicestand/base/realtime.h"

namespace voicestand::rt {

// The protocol of a single-producer, single-consumer ring, without the ring: who may touch which places, and when. Each
// side owns a position that counts what it has passed on since the start and never wraps; written - read lies in the
// ring. Each side keeps the other's position as it last saw it, so that the other's cache line is fetched only when
// that knowledge is too old to serve the call.
//
// `Atomic` is std::atomic, but in the test that runs every interleaving of it (spsc_index_model_test.cpp).
template <template <typename> typename Atomic = std::atomic>
class SpscIndex {
 public:
  explicit SpscIndex(std::size_t capacity) noexcept : capacity_(capacity) {}
  // Thread: the owner, while neither side is in use; whoever hands the ring over synchronises.
  SpscIndex(const SpscIndex& other) noexcept
      : capacity_(other.capacity_),
        written_(other.written_.load(std::memory_order_relaxed)),
        read_seen_(other.read_seen_),
        read_(other.read_.load(std::memory_order_relaxed)),
        written_seen_(other.written_seen_) {}
  SpscIndex& operator=(const SpscIndex&) = delete;
  ~SpscIndex() = default;

  // Thread: any. Real-time: yes.
  [[nodiscard]] std::size_t capacity() const noexcept VS_REALTIME { return capacity_; }

  // --- Thread: producer only. Real-time: yes, wait-free. ---

  // The position of the next value to write.
  [[nodiscard]] std::size_t write_position() const noexcept VS_REALTIME {
    return written_.load(std::memory_order_relaxed);  // own position: no pair needed
  }
  // The places from there on that are the producer's: at least `wanted` if there are so many, else all there are.
  [[nodiscard]] std::size_t writable(std::size_t wanted) noexcept VS_REALTIME {
    const std::size_t known = capacity_ - (write_position() - read_seen_);
    if (known >= wanted) return known;
    // Acquire: the consumer is done with the places it gave back before they are overwritten. Pair: release in
    // consume().
    read_seen_ = read_.load(std::memory_order_acquire);
    return capacity_ - (write_position() - read_seen_);
  }
  // Hands the next `count` places over; they have been written.
  void commit(std::size_t count) noexcept VS_REALTIME {
    // Release: what was written is seen by whoever acquires this position. Pair: acquire in readable().
    written_.store(write_position() + count, std::memory_order_release);
  }

  // --- Thread: consumer only. Real-time: yes, wait-free. ---

  // The position of the next value to read.
  [[nodiscard]] std::size_t read_position() const noexcept VS_REALTIME {
    return read_.load(std::memory_order_relaxed);  // own position: no pair needed
  }
  // The values from there on that are the consumer's: at least `wanted` if there are so many, else all there are.
  [[nodiscard]] std::size_t readable(std::size_t wanted) noexcept VS_REALTIME {
    const std::size_t known = written_seen_ - read_position();
    if (known >= wanted) return known;
    // Acquire: the values below this position are complete. Pair: release in commit().
    written_seen_ = written_.load(std::memory_order_acquire);
    return written_seen_ - read_position();
  }
  // Gives the next `count` places back; they have been read.
  void consume(std::size_t count) noexcept VS_REALTIME {
    // Release: the reads are done before the producer may overwrite. Pair: acquire in writable().
    read_.store(read_position() + count, std::memory_order_release);
  }

 private:
  const std::size_t capacity_;

  // Written by the producer.
  alignas(kCacheLineBytes) Atomic<std::size_t> written_{0};  // released by commit() to readable()
  std::size_t read_seen_{0};

  // Written by the consumer.
  alignas(kCacheLineBytes) Atomic<std::size_t> read_{0};  // released by consume() to writable()
  std::size_t written_seen_{0};
};

}  // namespace voicestand::rt
