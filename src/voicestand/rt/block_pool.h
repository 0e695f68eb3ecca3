#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"

namespace voicestand::rt {

// Blocks of three sizes, cut from memory that is there from the start: 64-byte aligned, touched, and locked where that
// is permitted, so that taking one costs neither a system call nor a page fault. Any thread may take and give back; a
// pool that has run out says so.
class BlockPool {
 public:
  static constexpr std::size_t kClasses = 3;
  static constexpr std::array<std::size_t, kClasses> kBlockBytes{1024, 16 * 1024, 256 * 1024};
  static constexpr std::uint32_t kMaxBlocks = 65'535;  // of one size

  struct Config {
    std::array<std::uint32_t, kClasses> blocks{};  // how many of each size
    bool lock = true;                              // keep them in memory
  };

  struct ClassStatistics {
    std::size_t block_bytes = 0;
    std::uint32_t blocks = 0;
    std::uint32_t in_use = 0;      // those that wait in a thread's Cache count
    std::uint32_t high_water = 0;  // the most that were ever in use at once
    std::uint64_t exhausted = 0;   // how often none was left
  };

  // Thread: any. Real-time: no, allocates all there will be. Where the memory may not be locked the pool works without,
  // and locked() says so. Errors: kUsage for too many blocks, kNoSpace.
  [[nodiscard]] static Result<std::unique_ptr<BlockPool>> create(const Config& config);
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;
  // All blocks have been given back.
  ~BlockPool();

  // Thread: any. Real-time: yes, lock-free. A block of at least `size_bytes`, of the smallest size that fits and no
  // other; nullptr where none is left, or there are none so large. Its content is whatever was there.
  [[nodiscard]] std::byte* acquire(std::size_t size_bytes) noexcept VS_REALTIME;
  // Thread: any. Real-time: yes, lock-free. `block` came from acquire(); nullptr is allowed.
  void release(std::byte* block) noexcept VS_REALTIME;

  // Thread: any. Real-time: yes.
  [[nodiscard]] ClassStatistics statistics(std::size_t size_class) const noexcept VS_REALTIME;
  [[nodiscard]] bool locked() const noexcept VS_REALTIME { return locked_; }
  [[nodiscard]] std::size_t memory_bytes() const noexcept VS_REALTIME { return memory_bytes_; }

  class Cache;

 private:
  // The free blocks of one size: a stack of indices (R. K. Treiber, "Systems programming: coping with parallelism",
  // 1986). `head` packs the top's index plus one, how many are free, and a number that every change raises, so that a
  // stack that was changed and looks the same again is not taken for unchanged (the ABA problem).
  struct alignas(kCacheLineBytes) FreeList {
    std::atomic<std::uint64_t> head{0};  // acquire and release by compare-exchange: see pop() and push()
    std::atomic<std::uint32_t> low_water{0};
    std::atomic<std::uint64_t> exhausted{0};
    std::byte* blocks = nullptr;
    std::uint32_t count = 0;
    std::vector<std::atomic<std::uint32_t>> next;  // of each block, the index plus one of the free block below it
  };

  BlockPool() = default;
  // The top `most` blocks, or as many as there are, in one exchange; how many.
  [[nodiscard]] std::uint32_t pop(std::size_t size_class, std::byte** blocks, std::uint32_t most) noexcept VS_REALTIME;
  // `count` blocks, at least one, in one exchange.
  void push(std::size_t size_class, std::byte* const* blocks, std::uint32_t count) noexcept VS_REALTIME;
  [[nodiscard]] static std::size_t class_for(std::size_t size_bytes) noexcept VS_REALTIME {
    std::size_t size_class = 0;
    while (size_class < kClasses && size_bytes > kBlockBytes[size_class]) ++size_class;
    return size_class;
  }
  [[nodiscard]] std::size_t class_of(const std::byte* block) const noexcept VS_REALTIME {
    if (block >= free_[0].blocks) return 0;
    return block >= free_[1].blocks ? 1 : 2;
  }

  std::array<FreeList, kClasses> free_;
  std::byte* memory_ = nullptr;
  std::size_t memory_bytes_ = 0;
  bool locked_ = false;
};

// A few free blocks in one thread's hands: taking and giving back costs no atomic access while they last, and no call;
// then half of what it holds is fetched or given back at once. Thread: one.
class BlockPool::Cache {
 public:
  // Real-time: yes. `pool` outlives it.
  explicit Cache(BlockPool& pool) noexcept VS_REALTIME : pool_(pool) {}
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;
  // Real-time: yes, lock-free. Gives back what waits here.
  ~Cache() noexcept VS_REALTIME;

  // Real-time: yes, lock-free; as the pool's own. A block may come from elsewhere and go elsewhere.
  [[nodiscard]] std::byte* acquire(std::size_t size_bytes) noexcept VS_REALTIME {
    const std::size_t size_class = class_for(size_bytes);
    if (size_class == kClasses) return nullptr;
    Kept& kept = kept_[size_class];
    return kept.count > 0 ? kept.blocks[--kept.count] : fetch(size_class);
  }
  void release(std::byte* block) noexcept VS_REALTIME {
    if (block == nullptr) return;
    const std::size_t size_class = pool_.class_of(block);
    Kept& kept = kept_[size_class];
    if (kept.count < kKept) {
      kept.blocks[kept.count++] = block;
    } else {
      give_back(size_class, block);
    }
  }

 private:
  static constexpr std::uint32_t kKept = 8;  // of each size
  static constexpr std::uint32_t kBatch = kKept / 2;

  // Where nothing is kept, and where no more can be.
  [[nodiscard]] std::byte* fetch(std::size_t size_class) noexcept VS_REALTIME;
  void give_back(std::size_t size_class, std::byte* block) noexcept VS_REALTIME;

  BlockPool& pool_;
  struct Kept {
    std::array<std::byte*, kKept> blocks{};
    std::uint32_t count = 0;
  };
  std::array<Kept, kClasses> kept_{};
};

}  // namespace voicestand::rt
