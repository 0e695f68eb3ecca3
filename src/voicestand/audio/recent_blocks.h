#pragma once

#include <chrono>
#include <cstdint>

#include "voicestand/audio/capture_sink.h"
#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"
#include "voicestand/rt/spsc_ring.h"

namespace voicestand::audio {

// The last blocks that a source has delivered, oldest first. Thread: one at a time.
class RecentBlocks {
 public:
  // Real-time: no, allocates: 2 MiB, 5.4 s of 48 kHz stereo. Errors: MirroredMemory's.
  [[nodiscard]] static Result<RecentBlocks> create();

  // Real-time: yes, bounded. What no longer fits at the other end is let go, and counted as a gap before what follows
  // it.
  void append(const CaptureBlock& block) noexcept VS_REALTIME;
  // Real-time: yes, bounded. Lets go of what was delivered before.
  void forget_before(Clock::TimePoint delivered_at) noexcept VS_REALTIME;
  void forget_all() noexcept VS_REALTIME;

  [[nodiscard]] bool empty() noexcept VS_REALTIME { return headers_.read_available() == 0; }
  [[nodiscard]] bool only_one() noexcept VS_REALTIME { return headers_.read_available() == 1; }
  // Real-time: yes. The oldest, its samples where they lie, until pop(). Only where it is not empty.
  [[nodiscard]] CaptureBlock front() noexcept VS_REALTIME;
  void pop() noexcept VS_REALTIME;

 private:
  struct Header {
    AudioFormat format;
    Clock::TimePoint delivered_at;
    std::uint64_t gap_frames = 0;
    std::uint64_t samples = 0;
  };

  RecentBlocks(rt::SpscRing<float> samples, rt::SpscRing<Header> headers) noexcept
      : samples_(std::move(samples)), headers_(std::move(headers)) {}
  void lose_front() noexcept VS_REALTIME;

  rt::SpscRing<float> samples_;
  rt::SpscRing<Header> headers_;
  std::uint64_t lost_frames_ = 0;  // before the oldest
};

}  // namespace voicestand::audio
