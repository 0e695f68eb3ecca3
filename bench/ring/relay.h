#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>
#include <vector>

#include "bench/backoff.h"
#include "bench/cpu_affinity.h"
#include "bench/subject.h"

// Blocks of samples from one thread through a queue to another, as the capture callback hands them to conditioning: the
// producer has each block in memory of its own and must copy it in; the consumer looks at every sample of it.
namespace voicestand::bench::ring {

// What each queue holds, in samples.
inline constexpr std::size_t kCapacity = 16'384;

using Bytes = std::span<const std::byte>;

[[nodiscard]] inline std::span<const float> floats_of(Bytes bytes) noexcept {
  return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

// What the consumer does with a block: it looks at all of it, and stops nowhere, as filters do.
[[nodiscard]] inline std::uint32_t sum_of(Bytes block) noexcept {
  std::uint32_t sum = 0;
  for (const float sample : floats_of(block)) sum += std::bit_cast<std::uint32_t>(sample);
  return sum;
}

// The blocks that are sent, over and over. Their number has no factor in common with that of the blocks that a queue
// holds, so that an old block in a new one's place is noticed.
class Payload {
 public:
  explicit Payload(std::size_t block_samples) : block_(block_samples), samples_(kBlocks * block_samples) {
    for (std::size_t i = 0; i < samples_.size(); ++i) samples_[i] = static_cast<float>(i) + 0.5F;
    for (std::size_t i = 0; i < kBlocks; ++i) sums_[i] = sum_of(block(i));
  }
  [[nodiscard]] std::size_t block_samples() const noexcept { return block_; }
  [[nodiscard]] std::size_t block_bytes() const noexcept { return block_ * sizeof(float); }
  [[nodiscard]] Bytes block(std::uint64_t index) const noexcept {
    return std::as_bytes(std::span(samples_).subspan(index % kBlocks * block_, block_));
  }
  [[nodiscard]] std::uint32_t sum(std::uint64_t index) const noexcept { return sums_[index % kBlocks]; }

 private:
  static constexpr std::size_t kBlocks = 11;
  std::size_t block_;
  std::vector<float> samples_;
  std::array<std::uint32_t, kBlocks> sums_{};
};

// A queue has
//   std::size_t push(Bytes) — takes as much as fits, says how much;
//   bool pop(std::size_t bytes, visit) — where a whole block is there, visit(Bytes) once and true.
// Returns the time from the first block's way in to the last one's way out. `intact` becomes false where one of them
// was not what had been sent.
template <typename Queue>
Seconds relay(Queue& queue, const Payload& payload, std::uint64_t blocks, std::atomic<bool>& intact) {
  std::atomic<bool> ready{false};
  std::chrono::steady_clock::time_point end;
  std::thread consumer([&] {
    const PinnedThread pinned(1);
    bool same = true;
    ready.store(true, std::memory_order_release);  // pair: the producer's first look
    Backoff backoff;
    for (std::uint64_t i = 0; i < blocks; ++i) {
      const auto compare = [&](Bytes block) noexcept { same &= sum_of(block) == payload.sum(i); };
      while (!queue.pop(payload.block_bytes(), compare)) backoff.wait();
      backoff.reset();
    }
    end = std::chrono::steady_clock::now();
    if (!same) intact.store(false, std::memory_order_relaxed);  // read after the join
  });
  const PinnedThread pinned(0);
  Backoff backoff;
  while (!ready.load(std::memory_order_acquire)) backoff.wait();  // pair: the consumer's store
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < blocks; ++i) {
    for (Bytes left = payload.block(i); !left.empty();) {
      const std::size_t taken = queue.push(left);
      left = left.subspan(taken);
      if (taken == 0) backoff.wait();
    }
    backoff.reset();
  }
  consumer.join();
  return end - begin;
}

}  // namespace voicestand::bench::ring
