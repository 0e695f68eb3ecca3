#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "bench/ring/relay.h"
#include "voicestand/rt/spsc_ring.h"

// The queues that are compared, each as its makers mean it to be used for blocks.
namespace voicestand::bench::ring {

// Ours as the live path uses it: a block is copied in and read where it lies.
class InPlaceRing {
 public:
  InPlaceRing() : ring_(std::move(*rt::SpscRing<float>::create(kCapacity))) {}
  std::size_t push(Bytes bytes) noexcept { return ring_.push(floats_of(bytes)) * sizeof(float); }
  template <typename Visit>
  bool pop(std::size_t bytes, Visit visit) noexcept {
    const std::size_t count = bytes / sizeof(float);
    const auto block = ring_.peek(count);
    if (block.size() < count) return false;
    visit(std::as_bytes(block));
    ring_.consume(count);
    return true;
  }

 private:
  rt::SpscRing<float> ring_;
};

// Ours, copied in and out.
class CopyingRing {
 public:
  CopyingRing() : ring_(std::move(*rt::SpscRing<float>::create(kCapacity))) {}
  std::size_t push(Bytes bytes) noexcept { return ring_.push(floats_of(bytes)) * sizeof(float); }
  template <typename Visit>
  bool pop(std::size_t bytes, Visit visit) noexcept {
    const std::span<float> block(buffer_.data(), bytes / sizeof(float));
    filled_ += ring_.pop(block.subspan(filled_));
    if (filled_ < block.size()) return false;
    filled_ = 0;
    visit(std::as_bytes(block));
    return true;
  }

 private:
  rt::SpscRing<float> ring_;
  std::vector<float> buffer_ = std::vector<float>(kCapacity);
  std::size_t filled_ = 0;
};

// What one writes first: a deque behind a lock.
class LockedDeque {
 public:
  std::size_t push(Bytes bytes) {
    const auto samples = floats_of(bytes);
    const std::scoped_lock lock(mutex_);
    const std::size_t count = std::min(samples.size(), kCapacity - samples_.size());
    samples_.insert(samples_.end(), samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count));
    return count * sizeof(float);
  }
  template <typename Visit>
  bool pop(std::size_t bytes, Visit visit) {
    const std::size_t count = bytes / sizeof(float);
    {
      const std::scoped_lock lock(mutex_);
      if (samples_.size() < count) return false;
      const auto end = samples_.begin() + static_cast<std::ptrdiff_t>(count);
      std::copy(samples_.begin(), end, buffer_.begin());
      samples_.erase(samples_.begin(), end);
    }
    visit(std::as_bytes(std::span(buffer_).first(count)));
    return true;
  }

 private:
  std::mutex mutex_;  // protects samples_
  std::deque<float> samples_;
  std::vector<float> buffer_ = std::vector<float>(kCapacity);
};

}  // namespace voicestand::bench::ring
