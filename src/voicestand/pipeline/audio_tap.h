#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"
#include "voicestand/rt/spsc_ring.h"
#include "voicestand/speech/voice_activity_detector.h"
#include "voicestand/telemetry/counter.h"

namespace voicestand::pipeline {

// What detection hears, for somebody who keeps it: 16 kHz, mono, from a session's first sample on, silence included. Of
// who is two seconds behind the newest is missed. One session at a time.
class AudioTap {
 public:
  static constexpr std::size_t kSamples = std::size_t{2} * speech::kSampleRateHz;

  // Thread: any. Real-time: no, allocates. Errors: MirroredMemory's.
  [[nodiscard]] static Result<std::unique_ptr<AudioTap>> create() {
    auto ring = rt::SpscRing<float>::create(kSamples);
    if (!ring) return std::unexpected(std::move(ring.error()));
    return std::unique_ptr<AudioTap>(new AudioTap(std::move(*ring)));
  }

  // Thread: detection. Real-time: yes, wait-free.
  void push(std::span<const float> samples) noexcept VS_REALTIME {
    const std::size_t taken = ring_.push(samples);
    if (taken < samples.size()) missed_.add_alone(samples.size() - taken);
  }

  // Thread: who keeps it. Real-time: yes, wait-free. All that is there, and then that `count` of it has been taken.
  [[nodiscard]] std::span<const float> peek() noexcept VS_REALTIME { return ring_.peek(ring_.capacity()); }
  void consume(std::size_t count) noexcept VS_REALTIME { ring_.consume(count); }

  // Thread: any. Real-time: yes. Samples that there was no room for.
  [[nodiscard]] std::uint64_t missed() const noexcept VS_REALTIME { return missed_.value(); }

 private:
  explicit AudioTap(rt::SpscRing<float> ring) noexcept : ring_(std::move(ring)) {}

  rt::SpscRing<float> ring_;
  telemetry::Counter missed_;
};

}  // namespace voicestand::pipeline
