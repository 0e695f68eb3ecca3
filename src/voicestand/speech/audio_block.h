#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "voicestand/base/realtime.h"
#include "voicestand/rt/block_pool.h"

namespace voicestand::speech {

// A quarter of a second of 16 kHz audio in one pool block, shared by all who hold it. One thread fills it, front to
// back; what has been filled may be read by others from the moment that it is handed to them, while the rest is filled.
class AudioBlock {
 public:
  static constexpr std::size_t kSamples = 4'080;

  // Thread: any. Real-time: yes, lock-free, while the pool has blocks; then it comes from the heap, so that what was
  // said is kept however far recognition is behind. Held once. nullptr where there is no memory at all.
  [[nodiscard]] static AudioBlock* create(rt::BlockPool& pool) noexcept;

  // Thread: any who holds it. Real-time: yes, wait-free.
  void hold() noexcept VS_REALTIME { holders_.fetch_add(1, std::memory_order_relaxed); }  // its data come by other ways
  // Thread: any who holds it. Real-time: as create(). The last one gives it back.
  void release() noexcept;

  // Thread: the filling one; readers of what they have been given.
  [[nodiscard]] std::span<float, kSamples> samples() noexcept VS_REALTIME { return samples_; }

 private:
  explicit AudioBlock(rt::BlockPool* pool) noexcept : pool_(pool) {}
  ~AudioBlock() = default;

  std::atomic<std::uint32_t> holders_{1};  // acquired and released by release() alone
  rt::BlockPool* pool_;                    // nullptr: from the heap
  alignas(kCacheLineBytes) std::array<float, kSamples> samples_;
};
static_assert(sizeof(AudioBlock) == rt::BlockPool::kBlockBytes[1]);

// A stretch of one block, held as long as it lives. Thread: one at a time.
class AudioPiece {
 public:
  AudioPiece() noexcept VS_REALTIME = default;
  // Real-time: yes. Takes over a hold on `block`.
  AudioPiece(AudioBlock* block, std::uint32_t first, std::uint32_t count) noexcept VS_REALTIME : block_(block),
                                                                                                 first_(first),
                                                                                                 count_(count) {}
  AudioPiece(AudioPiece&& other) noexcept
      : block_(std::exchange(other.block_, nullptr)), first_(other.first_), count_(std::exchange(other.count_, 0)) {}
  AudioPiece& operator=(AudioPiece&& other) noexcept {
    AudioPiece taken(std::move(other));
    std::swap(block_, taken.block_);
    std::swap(first_, taken.first_);
    std::swap(count_, taken.count_);
    return *this;
  }
  AudioPiece(const AudioPiece&) = delete;
  AudioPiece& operator=(const AudioPiece&) = delete;
  ~AudioPiece() {
    if (block_ != nullptr) block_->release();
  }

  [[nodiscard]] std::span<const float> samples() const noexcept {
    return block_ == nullptr ? std::span<const float>() : block_->samples().subspan(first_, count_);
  }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  void shorten(std::size_t count) noexcept {
    count_ = static_cast<std::uint32_t>(std::min<std::size_t>(count_, count));
  }

  // Joins `next` to it where that is what follows in the same block; else leaves both as they are and says false.
  [[nodiscard]] bool absorb(AudioPiece& next) noexcept;

 private:
  AudioBlock* block_ = nullptr;
  std::uint32_t first_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace voicestand::speech
