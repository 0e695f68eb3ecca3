#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>

#include "bench/backoff.h"
#include "bench/cpu_affinity.h"
#include "bench/subject.h"
#include "voicestand/rt/spsc_ring.h"

// Memory as the live path uses it: a chain of blocks is taken, each is written to, and all go back.
namespace voicestand::bench::pool {

inline constexpr std::size_t kChain = 8;

// The sizes of a chain's blocks in bytes.
using Sizes = std::array<std::size_t, kChain>;
using Chain = std::array<void*, kChain>;

// False where nothing was left.
template <typename Allocator>
bool take_chain(Allocator& allocator, const Sizes& sizes, Chain& chain) {
  bool complete = true;
  for (std::size_t i = 0; i < kChain; ++i) {
    chain[i] = allocator.take(sizes[i]);
    if (chain[i] == nullptr) {
      complete = false;
    } else {
      *static_cast<std::size_t*>(chain[i]) = i;
    }
  }
  return complete;
}

template <typename Allocator>
void give_chain(Allocator& allocator, const Sizes& sizes, const Chain& chain) {
  for (std::size_t i = 0; i < kChain; ++i) {
    if (chain[i] != nullptr) allocator.give(chain[i], sizes[i]);
  }
}

// The same thread takes and gives back.
template <typename Allocator>
Seconds same_thread(Allocator& allocator, const Sizes& sizes, std::uint64_t chains, std::atomic<bool>& complete) {
  bool all = true;
  Chain chain{};
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < chains; ++i) {
    all = take_chain(allocator, sizes, chain) && all;
    keep(chain);
    give_chain(allocator, sizes, chain);
  }
  const Seconds spent = std::chrono::steady_clock::now() - begin;
  if (!all) complete.store(false, std::memory_order_relaxed);  // read by the same thread
  return spent;
}

// One thread takes, another gives back; at most kInFlight chains are on the way. Each uses what is its own of the
// allocator.
inline constexpr std::size_t kInFlight = 16;
using Way = rt::SpscRing<Chain>;

template <typename Allocator>
Seconds other_thread(Allocator& taker, Allocator& giver, Way& way, const Sizes& sizes, std::uint64_t chains,
                     std::atomic<bool>& complete) {
  std::atomic<bool> ready{false};
  std::thread giving([&] {
    const PinnedThread pinned(1);
    ready.store(true, std::memory_order_release);  // pair: the taker's first look
    Backoff backoff;
    for (std::uint64_t i = 0; i < chains; ++i) {
      while (way.read_available() == 0) backoff.wait();
      backoff.reset();
      give_chain(giver, sizes, way.peek(1).front());
      way.consume(1);
    }
  });
  const PinnedThread pinned(0);
  Backoff backoff;
  while (!ready.load(std::memory_order_acquire)) backoff.wait();  // pair: the giver's store
  bool all = true;
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < chains; ++i) {
    while (way.write_available() == 0) backoff.wait();
    backoff.reset();
    all = take_chain(taker, sizes, way.prepare_write(1).front()) && all;
    way.commit(1);
  }
  giving.join();
  const Seconds spent = std::chrono::steady_clock::now() - begin;
  if (!all) complete.store(false, std::memory_order_relaxed);  // read by the same thread
  return spent;
}

}  // namespace voicestand::bench::pool
