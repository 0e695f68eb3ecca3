#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "voicestand/audio/capture_sink.h"

namespace voicestand::audio {

// For tests: collects what a source delivers and lets the test wait for it. Not real-time safe, whatever push() claims.
// Thread: any.
class RecordingSink final : public CaptureSink {
 public:
  struct Block {
    std::size_t frames;
    AudioFormat format;
    Clock::TimePoint delivered_at;
    std::uint64_t gap_frames;
  };

  struct Recording {
    std::vector<float> samples;  // interleaved
    std::vector<Block> blocks;
    bool ended = false;
    std::optional<Error> failure;
    std::vector<std::string> lost;
    std::vector<std::string> restored;
    std::size_t refused = 0;  // pushes that found no room
    std::size_t waits = 0;    // for room
  };

  // `capacity_samples`: push() has no room beyond it until make_room().
  explicit RecordingSink(std::size_t capacity_samples = SIZE_MAX) : capacity_(capacity_samples) {}

  [[nodiscard]] bool push(const CaptureBlock& block) noexcept VS_REALTIME override {
    bool taken = false;
    VS_RT_UNSAFE_BEGIN("a test's sink: it collects everything under a lock")
    const std::lock_guard lock(mutex_);
    taken = recording_.samples.size() + block.samples.size() <= capacity_;
    if (taken) {
      recording_.samples.insert(recording_.samples.end(), block.samples.begin(), block.samples.end());
      recording_.blocks.push_back({.frames = block.samples.size() / static_cast<std::size_t>(block.format.channels),
                                   .format = block.format,
                                   .delivered_at = block.delivered_at,
                                   .gap_frames = block.gap_frames});
    } else {
      ++recording_.refused;
    }
    changed_.notify_all();
    VS_RT_UNSAFE_END
    return taken;
  }

  void wait_for_room() noexcept override {
    std::unique_lock lock(mutex_);
    ++recording_.waits;
    changed_.notify_all();
    changed_.wait_for(lock, kLongestWaitForRoom, [&] { return recording_.samples.size() < capacity_; });
  }
  void ended() noexcept override {
    change([](Recording& it) { it.ended = true; });
  }
  void failed(Error error) noexcept override {
    change([&](Recording& it) { it.failure = std::move(error); });
  }
  void lost(std::string what) noexcept override {
    change([&](Recording& it) { it.lost.push_back(std::move(what)); });
  }
  void restored(std::string what) noexcept override {
    change([&](Recording& it) { it.restored.push_back(std::move(what)); });
  }

  void make_room(std::size_t more_samples) {
    const std::lock_guard lock(mutex_);
    capacity_ += more_samples;
    changed_.notify_all();
  }

  // Waits until `condition(Recording)` holds; false when it does not within a generous time.
  template <typename Condition>
  [[nodiscard]] bool wait_until(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return condition(std::as_const(recording_)); });
  }
  [[nodiscard]] bool wait_until_done() {
    return wait_until([](const Recording& it) { return it.ended || it.failure; });
  }

  [[nodiscard]] Recording recording() const {
    const std::lock_guard lock(mutex_);
    return recording_;
  }

 private:
  static constexpr std::chrono::seconds kPatience{30};
  static constexpr std::chrono::milliseconds kLongestWaitForRoom{100};

  template <typename Change>
  void change(Change change) {
    const std::lock_guard lock(mutex_);
    change(recording_);
    changed_.notify_all();
  }

  mutable std::mutex mutex_;  // protects capacity_ and recording_
  std::condition_variable changed_;
  std::size_t capacity_;
  Recording recording_;
};

}  // namespace voicestand::audio
