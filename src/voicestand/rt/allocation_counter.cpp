#include "voicestand/rt/allocation_counter.h"

#include <atomic>

#include "voicestand/rt/realtime_thread.h"

namespace voicestand::rt {
namespace {

// Relaxed throughout: a count and a flag that say nothing about other memory.
constinit std::atomic<std::uint64_t> heap_calls{0};
constinit std::atomic<bool> counted{false};
constinit thread_local std::atomic<std::uint64_t> allocations{0};  // of the thread that alone writes it

}  // namespace

std::optional<std::uint64_t> realtime_allocations() noexcept {
  if (!counted.load(std::memory_order_relaxed)) return std::nullopt;
  return heap_calls.load(std::memory_order_relaxed);
}

const std::atomic<std::uint64_t>* this_threads_allocations() noexcept {
  return counted.load(std::memory_order_relaxed) ? &allocations : nullptr;
}

namespace internal {

void heap_is_counted() noexcept {
  counted.store(true, std::memory_order_relaxed);
}

void count_heap_call() noexcept {
  if (RealtimeScope::active()) heap_calls.fetch_add(1, std::memory_order_relaxed);
}

void count_allocation() noexcept {
  allocations.store(allocations.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace internal
}  // namespace voicestand::rt
