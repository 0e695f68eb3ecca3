#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

namespace voicestand::rt {

// Thread: any. Real-time: yes, wait-free. Heap calls (allocations and frees through operator new and delete) that
// threads made inside a RealtimeScope since the program started. Nothing where the program does not link
// voicestand_rt_heap_hooks, which does the counting, or a sanitizer owns the heap.
[[nodiscard]] std::optional<std::uint64_t> realtime_allocations() noexcept;

// Thread: any. Real-time: no. How often the calling thread has allocated through operator new: a number that rises, for
// any thread to read while this one lives. Nothing as above.
[[nodiscard]] const std::atomic<std::uint64_t>* this_threads_allocations() noexcept;

namespace internal {
// What the heap hooks call. Thread: any.
void heap_is_counted() noexcept;
void count_heap_call() noexcept;
void count_allocation() noexcept;
}  // namespace internal

}  // namespace voicestand::rt
