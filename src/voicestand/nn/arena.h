#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

#include "voicestand/base/realtime.h"

namespace voicestand::nn {

// Working memory in one piece, handed out from its beginning on and never given back: what lies between a mark() and
// its rewind() shares memory with what is taken after. One without memory counts how much there must be, so that a
// layout is written once and run twice:
//   Arena counting;  lay_out(counting);  Arena arena(counting.bytes());  lay_out(arena);
// Thread: one at a time. Real-time: not to create.
class Arena {
 public:
  Arena() = default;
  explicit Arena(std::size_t bytes)
      : memory_(static_cast<std::byte*>(::operator new(bytes, std::align_val_t{kCacheLineBytes}))) {}

  // Room for `count` numbers, on a cache line of its own and not initialised; nullptr where the arena only counts.
  template <typename T>
    requires std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>
  [[nodiscard]] T* take(std::size_t count) noexcept {
    std::byte* const at = memory_ == nullptr ? nullptr : memory_.get() + taken_;
    taken_ += (count * sizeof(T) + kCacheLineBytes - 1) / kCacheLineBytes * kCacheLineBytes;
    bytes_ = taken_ > bytes_ ? taken_ : bytes_;
    return reinterpret_cast<T*>(at);
  }

  [[nodiscard]] std::size_t mark() const noexcept { return taken_; }
  void rewind(std::size_t mark) noexcept { taken_ = mark; }

  // The most that has been taken at any time.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct Delete {
    void operator()(std::byte* memory) const noexcept { ::operator delete(memory, std::align_val_t{kCacheLineBytes}); }
  };
  std::unique_ptr<std::byte, Delete> memory_;
  std::size_t taken_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace voicestand::nn
