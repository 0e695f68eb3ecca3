#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "voicestand/audio/capture_sink.h"
#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/pipeline/live_figures.h"
#include "voicestand/rt/doorbell.h"
#include "voicestand/rt/spsc_ring.h"

namespace voicestand::pipeline {

// A block as it waits in the capture queue, with what was lost before it.
struct CapturedBlock {
  audio::AudioFormat format;
  Clock::TimePoint delivered_at;
  std::uint32_t frames = 0;
  bool kept = false;             // audio/capture_sink.h
  std::uint64_t gap_frames = 0;  // lost before this block, by the device or for want of room
};

// A device that went away or came back.
struct DeviceNotice {
  bool restored = false;
  std::string what;
};

// The first ring of the live path: audio source -> conditioning thread.
class CaptureQueue final : public audio::CaptureSink {
 public:
  // Thread: any. Real-time: no, allocates. `live`: what does not fit is lost, and counted, as a microphone cannot wait.
  // `figures` outlive it.
  [[nodiscard]] static Result<std::unique_ptr<CaptureQueue>> create(bool live, const Clock& clock,
                                                                    LiveFigures& figures);

  // --- The source's side (audio/capture_sink.h) ---
  [[nodiscard]] bool push(const audio::CaptureBlock& block) noexcept VS_REALTIME override;
  void wait_for_room() noexcept override;
  void ended() noexcept override;
  void failed(Error error) noexcept override;
  void lost(std::string what) noexcept override;
  void restored(std::string what) noexcept override;

  // --- The conditioning thread's side ---

  // Real-time: no, sleeps. Returns when a block waits, the input has ended, or the deadline passed.
  void wait(Clock::TimePoint deadline) noexcept;
  // Real-time: yes, wait-free. The next block, and its samples where they lie: they stay until pop().
  struct Front {
    CapturedBlock block;
    std::span<const float> samples;
  };
  [[nodiscard]] std::optional<Front> front() noexcept VS_REALTIME;
  // Real-time: yes, wait-free. The block that front() gave is done with.
  void pop() noexcept VS_REALTIME;
  // Real-time: yes, wait-free. The source has delivered its last block. What pop() has not taken yet is still there.
  [[nodiscard]] bool input_ended() const noexcept VS_REALTIME { return ended_.load(std::memory_order_acquire); }

  // --- Any thread ---

  // Real-time: no, locks where there is one. What became of the device since the last call.
  [[nodiscard]] std::vector<DeviceNotice> take_notices();

  // No more waiting: wait_for_room() returns at once from now on.
  void close() noexcept;
  // Real-time: no, locks. Why the source ended, where it failed, and when it ended.
  [[nodiscard]] std::optional<Error> failure() const;
  [[nodiscard]] Clock::TimePoint ended_at() const;
  // Real-time: yes. Samples that it holds.
  [[nodiscard]] std::size_t capacity() const noexcept VS_REALTIME { return samples_.capacity(); }

  // Longer deliveries are split.
  static constexpr std::size_t kMaxBlockSamples = 16'384;

 private:
  CaptureQueue(bool live, const Clock& clock, LiveFigures& figures, rt::SpscRing<float> samples,
               rt::SpscRing<CapturedBlock> blocks);
  [[nodiscard]] bool push_whole(const audio::CaptureBlock& block) noexcept VS_REALTIME;
  void lose(std::uint64_t frames) noexcept VS_REALTIME;
  void end() noexcept;
  void notice(DeviceNotice notice) noexcept;

  const bool live_;
  const Clock& clock_;
  LiveFigures& figures_;
  rt::SpscRing<float> samples_;
  rt::SpscRing<CapturedBlock> blocks_;
  rt::Doorbell filled_;               // rung by the source, answered by the conditioning thread
  rt::Doorbell drained_;              // the other way round
  std::atomic<bool> ended_{false};    // released by end() after the last push; acquired by input_ended()
  std::atomic<bool> closed_{false};   // released by close(); acquired by wait_for_room()
  std::atomic<bool> noticed_{false};  // released by notice(); acquired by take_notices()

  // The source's delivering thread.
  std::uint64_t gap_frames_ = 0;

  // The conditioning thread.
  std::size_t front_samples_ = 0;  // of the block that front() gave

  mutable std::mutex mutex_;  // protects the following
  std::vector<DeviceNotice> notices_;
  std::optional<Error> failure_;
  Clock::TimePoint ended_at_{};
};

}  // namespace voicestand::pipeline
