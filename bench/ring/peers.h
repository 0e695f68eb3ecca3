#pragma once

#include <cstddef>
#include <vector>

#include "bench/ring/relay.h"

// Queues of other libraries, each where its headers were found.
namespace voicestand::bench::ring {}

#if defined(VOICESTAND_BENCH_BOOST)
#include <boost/lockfree/spsc_queue.hpp>
namespace voicestand::bench::ring {

class BoostQueue {
 public:
  std::size_t push(Bytes bytes) {
    return queue_.push(reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)) * sizeof(float);
  }
  template <typename Visit>
  bool pop(std::size_t bytes, Visit visit) {
    const std::size_t count = bytes / sizeof(float);
    filled_ += queue_.pop(buffer_.data() + filled_, count - filled_);
    if (filled_ < count) return false;
    filled_ = 0;
    visit(std::as_bytes(std::span(buffer_).first(count)));
    return true;
  }

 private:
  boost::lockfree::spsc_queue<float, boost::lockfree::capacity<kCapacity>> queue_;
  std::vector<float> buffer_ = std::vector<float>(kCapacity);
  std::size_t filled_ = 0;
};

}  // namespace voicestand::bench::ring
#endif

#if defined(VOICESTAND_BENCH_SPA)
#include <spa/utils/ringbuffer.h>
namespace voicestand::bench::ring {

class SpaRing {
 public:
  SpaRing() { spa_ringbuffer_init(&ring_); }
  std::size_t push(Bytes bytes) noexcept {
    std::uint32_t index = 0;
    const auto filled = static_cast<std::uint32_t>(spa_ringbuffer_get_write_index(&ring_, &index));
    const auto count = std::min(static_cast<std::uint32_t>(bytes.size()), kBytes - filled);
    spa_ringbuffer_write_data(&ring_, memory_.data(), kBytes, index % kBytes, bytes.data(), count);
    spa_ringbuffer_write_update(&ring_, static_cast<std::int32_t>(index + count));
    return count;
  }
  template <typename Visit>
  bool pop(std::size_t bytes, Visit visit) noexcept {
    std::uint32_t index = 0;
    const auto count = static_cast<std::uint32_t>(bytes);
    if (spa_ringbuffer_get_read_index(&ring_, &index) < static_cast<std::int32_t>(count)) return false;
    spa_ringbuffer_read_data(&ring_, memory_.data(), kBytes, index % kBytes, buffer_.data(), count);
    spa_ringbuffer_read_update(&ring_, static_cast<std::int32_t>(index + count));
    visit(Bytes(buffer_).first(count));
    return true;
  }

 private:
  static constexpr std::uint32_t kBytes = kCapacity * sizeof(float);
  spa_ringbuffer ring_{};
  std::vector<std::byte> memory_ = std::vector<std::byte>(kBytes);
  std::vector<std::byte> buffer_ = std::vector<std::byte>(kBytes);
};

}  // namespace voicestand::bench::ring
#endif

#if defined(VOICESTAND_BENCH_JACK)
#include <memory>

#include <jack/ringbuffer.h>
namespace voicestand::bench::ring {

class JackRing {
 public:
  std::size_t push(Bytes bytes) noexcept {
    return jack_ringbuffer_write(ring_.get(), reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  template <typename Visit>
  bool pop(std::size_t bytes, Visit visit) noexcept {
    filled_ += jack_ringbuffer_read(ring_.get(), reinterpret_cast<char*>(buffer_.data()) + filled_, bytes - filled_);
    if (filled_ < bytes) return false;
    filled_ = 0;
    visit(Bytes(buffer_).first(bytes));
    return true;
  }

 private:
  static constexpr std::size_t kBytes = kCapacity * sizeof(float);
  std::unique_ptr<jack_ringbuffer_t, void (*)(jack_ringbuffer_t*)> ring_{jack_ringbuffer_create(kBytes),
                                                                         jack_ringbuffer_free};
  std::vector<std::byte> buffer_ = std::vector<std::byte>(kBytes);
  std::size_t filled_ = 0;
};

}  // namespace voicestand::bench::ring
#endif
