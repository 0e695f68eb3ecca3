// Replaces the program's operator new and delete by ones that count the calls of real-time threads, and the allocations
// of each thread. The array, nothrow and sized forms of the standard library come down to these four.
#include <cstdlib>
#include <new>

#include "voicestand/rt/allocation_counter.h"

namespace {

using voicestand::rt::internal::count_allocation;
using voicestand::rt::internal::count_heap_call;

[[maybe_unused]] const bool kRegistered = (voicestand::rt::internal::heap_is_counted(), true);

// As the standard asks: the new-handler gets its chances before bad_alloc.
template <typename Allocate>
void* allocate_or_throw(Allocate allocate) {
  count_heap_call();
  count_allocation();
  for (;;) {
    if (void* const memory = allocate()) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate_or_throw([size] { return std::malloc(size == 0 ? 1 : size); });
}

void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto boundary = static_cast<std::size_t>(alignment);
  const std::size_t whole = (size == 0 ? boundary : size + boundary - 1) / boundary * boundary;
  return allocate_or_throw([=] { return whole < size ? nullptr : std::aligned_alloc(boundary, whole); });
}

void operator delete(void* memory) noexcept {
  if (memory == nullptr) return;
  count_heap_call();
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  operator delete(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  operator delete(memory);
}
