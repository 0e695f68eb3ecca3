#include "voicestand/rt/block_pool.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include <sys/mman.h>

namespace voicestand::rt {
namespace {

// FreeList::head: change number, free blocks, top.
constexpr unsigned kTopBits = 16;
constexpr unsigned kFreeBits = 16;
constexpr std::uint64_t kTopMask = (1U << kTopBits) - 1;

constexpr std::uint32_t top_of(std::uint64_t head) noexcept {
  return static_cast<std::uint32_t>(head & kTopMask);
}
constexpr std::uint32_t free_in(std::uint64_t head) noexcept {
  return static_cast<std::uint32_t>((head >> kTopBits) & kTopMask);
}
constexpr std::uint64_t head_after(std::uint64_t head, std::uint32_t top, std::uint32_t free) noexcept {
  const std::uint64_t changes = (head >> (kTopBits + kFreeBits)) + 1;
  return changes << (kTopBits + kFreeBits) | std::uint64_t{free} << kTopBits | top;
}

}  // namespace

Result<std::unique_ptr<BlockPool>> BlockPool::create(const Config& config) {
  std::unique_ptr<BlockPool> pool(new BlockPool);
  for (std::size_t i = 0; i < kClasses; ++i) {
    if (config.blocks[i] > kMaxBlocks) {
      return fail(Errc::kUsage, "a pool cannot hold " + std::to_string(config.blocks[i]) + " blocks of one size");
    }
    pool->memory_bytes_ += config.blocks[i] * kBlockBytes[i];
  }
  if (pool->memory_bytes_ == 0) return pool;
  // Pages come filled in by the kernel, in one call, instead of one by one when they are first touched.
  void* const memory =
      ::mmap(nullptr, pool->memory_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (memory == MAP_FAILED) return fail(Errc::kNoSpace, std::strerror(errno), "mmap", "close other programs");
  pool->memory_ = static_cast<std::byte*>(memory);
  pool->locked_ = config.lock && ::mlock(memory, pool->memory_bytes_) == 0;

  // The largest lie first, the smallest last: class_of() relies on it.
  std::byte* blocks = pool->memory_;
  for (std::size_t i = kClasses; i-- > 0;) {
    FreeList& list = pool->free_[i];
    list.blocks = blocks;
    list.count = config.blocks[i];
    list.low_water.store(list.count, std::memory_order_relaxed);  // nobody else knows of it yet
    list.next = std::vector<std::atomic<std::uint32_t>>(list.count);
    blocks += list.count * kBlockBytes[i];
    for (std::uint32_t n = list.count; n-- > 0;) {
      std::byte* const block = list.blocks + n * kBlockBytes[i];
      pool->push(i, &block, 1);
    }
  }
  return pool;
}

BlockPool::~BlockPool() {
  if (memory_ != nullptr) ::munmap(memory_, memory_bytes_);
}

std::uint32_t BlockPool::pop(std::size_t size_class, std::byte** blocks, std::uint32_t most) noexcept {
  FreeList& list = free_[size_class];
  // Acquire: the `next` of all that lie on the stack, written before they were pushed, are seen. Pair: the release in
  // push().
  std::uint64_t head = list.head.load(std::memory_order_acquire);
  for (;;) {
    // Another thread may take these blocks and push them back with another `next` meanwhile: then the head's change
    // number differs, and what was read here, an index of some block in any case, is thrown away.
    std::uint32_t count = 0;
    std::uint32_t top = top_of(head);
    for (; top != 0 && count < most; top = list.next[top - 1].load(std::memory_order_relaxed))
      blocks[count++] = list.blocks + (top - 1) * kBlockBytes[size_class];
    if (count == 0) {
      list.exhausted.fetch_add(1, std::memory_order_relaxed);  // a count: no data hangs on it
      return 0;
    }
    const std::uint32_t left = free_in(head) - count;
    // Acquire on success: what its last user wrote into a block happened before. On failure: as the load above.
    if (list.head.compare_exchange_weak(head, head_after(head, top, left), std::memory_order_acquire,
                                        std::memory_order_acquire)) {
      std::uint32_t lowest = list.low_water.load(std::memory_order_relaxed);  // a statistic, here and below
      while (left < lowest && !list.low_water.compare_exchange_weak(lowest, left, std::memory_order_relaxed)) {
      }
      return count;
    }
  }
}

void BlockPool::push(std::size_t size_class, std::byte* const* blocks, std::uint32_t count) noexcept {
  FreeList& list = free_[size_class];
  const auto link_of = [&](const std::byte* block) {
    return static_cast<std::uint32_t>(static_cast<std::size_t>(block - list.blocks) / kBlockBytes[size_class]) + 1;
  };
  const std::uint32_t top = link_of(blocks[0]);
  std::uint32_t bottom = top;
  for (std::uint32_t i = 1; i < count; ++i) {
    const std::uint32_t below = link_of(blocks[i]);
    list.next[bottom - 1].store(below, std::memory_order_relaxed);  // published by the exchange
    bottom = below;
  }
  std::uint64_t head = list.head.load(std::memory_order_relaxed);  // only compared; a wrong one fails below
  do {
    list.next[bottom - 1].store(top_of(head), std::memory_order_relaxed);  // published by the exchange
    // Release: `next` and what was written into the blocks are seen by whoever pops them. Pair: the acquire in pop().
  } while (!list.head.compare_exchange_weak(head, head_after(head, top, free_in(head) + count),
                                            std::memory_order_release, std::memory_order_relaxed));
}

std::byte* BlockPool::acquire(std::size_t size_bytes) noexcept {
  const std::size_t size_class = class_for(size_bytes);
  std::byte* block = nullptr;
  return size_class < kClasses && pop(size_class, &block, 1) == 1 ? block : nullptr;
}

void BlockPool::release(std::byte* block) noexcept {
  if (block != nullptr) push(class_of(block), &block, 1);
}

BlockPool::ClassStatistics BlockPool::statistics(std::size_t size_class) const noexcept {
  const FreeList& list = free_[std::min(size_class, kClasses - 1)];
  return {.block_bytes = kBlockBytes[std::min(size_class, kClasses - 1)],
          .blocks = list.count,
          .in_use = list.count - free_in(list.head.load(std::memory_order_relaxed)),  // statistics: no data hangs on it
          .high_water = list.count - list.low_water.load(std::memory_order_relaxed),
          .exhausted = list.exhausted.load(std::memory_order_relaxed)};
}

std::byte* BlockPool::Cache::fetch(std::size_t size_class) noexcept {
  Kept& kept = kept_[size_class];
  kept.count = pool_.pop(size_class, kept.blocks.data(), kBatch);
  return kept.count > 0 ? kept.blocks[--kept.count] : nullptr;
}

void BlockPool::Cache::give_back(std::size_t size_class, std::byte* block) noexcept {
  Kept& kept = kept_[size_class];
  kept.count -= kBatch;
  pool_.push(size_class, kept.blocks.data() + kept.count, kBatch);
  kept.blocks[kept.count++] = block;
}

BlockPool::Cache::~Cache() noexcept {
  for (std::size_t i = 0; i < kClasses; ++i) {
    if (kept_[i].count > 0) pool_.push(i, kept_[i].blocks.data(), kept_[i].count);
  }
}

}  // namespace voicestand::rt
