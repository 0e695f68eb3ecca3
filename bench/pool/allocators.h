#pragma once

#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <memory_resource>
#include <utility>

#include "voicestand/base/result.h"
#include "voicestand/rt/block_pool.h"

// What gives memory and takes it back: take(bytes) and give(block, bytes).
namespace voicestand::bench::pool {

inline constexpr std::size_t kLargestBytes = rt::BlockPool::kBlockBytes.back();

// Ours, for any thread.
class SharedBlocks {
 public:
  explicit SharedBlocks(std::shared_ptr<rt::BlockPool> pool) : pool_(std::move(pool)) {}
  void* take(std::size_t bytes) noexcept { return pool_->acquire(bytes); }
  void give(void* block, std::size_t) noexcept { pool_->release(static_cast<std::byte*>(block)); }

 private:
  std::shared_ptr<rt::BlockPool> pool_;
};

// Ours, with a few blocks in the thread's own hands.
class OwnBlocks {
 public:
  explicit OwnBlocks(std::shared_ptr<rt::BlockPool> pool) : pool_(std::move(pool)), cache_(*pool_) {}
  void* take(std::size_t bytes) noexcept { return cache_.acquire(bytes); }
  void give(void* block, std::size_t) noexcept { cache_.release(static_cast<std::byte*>(block)); }

 private:
  std::shared_ptr<rt::BlockPool> pool_;
  rt::BlockPool::Cache cache_;
};

class Malloc {
 public:
  void* take(std::size_t bytes) noexcept { return std::malloc(bytes); }
  void give(void* block, std::size_t) noexcept { std::free(block); }
};

// `Resource`: the standard library's pool for one thread, or for several. It may keep blocks of all sizes asked for.
template <typename Resource>
class Pmr {
 public:
  void* take(std::size_t bytes) { return resource_.allocate(bytes, kAlignment); }
  void give(void* block, std::size_t bytes) { resource_.deallocate(block, bytes, kAlignment); }

 private:
  static constexpr std::size_t kAlignment = 64;
  Resource resource_{std::pmr::pool_options{.max_blocks_per_chunk = 0, .largest_required_pool_block = kLargestBytes}};
};

// mimalloc, loaded beside the C library's malloc instead of in its place, which linking would do.
class Mimalloc {
 public:
  // Thread: any. Real-time: no. Errors: kServiceMissing.
  [[nodiscard]] static Result<Mimalloc> load(const char* library);

  void* take(std::size_t bytes) const noexcept { return malloc_(bytes); }
  void give(void* block, std::size_t) const noexcept { free_(block); }

 private:
  using MallocFunction = void* (*)(std::size_t);
  using FreeFunction = void (*)(void*);
  Mimalloc(MallocFunction malloc_function, FreeFunction free_function)
      : malloc_(malloc_function), free_(free_function) {}

  MallocFunction malloc_;
  FreeFunction free_;
};

}  // namespace voicestand::bench::pool
