#pragma once

#include <cstddef>
#include <latch>
#include <string>
#include <thread>

#include "bench/pipeline/recording.h"
#include "voicestand/audio/audio_source.h"

namespace voicestand::bench {

// Delivers a recording that lies in memory, as fast as it is taken.
class MemorySource final : public audio::AudioSource {
 public:
  // `recording` and `begin` outlive it. Nothing is delivered before `begin` has been counted down.
  MemorySource(const Recording& recording, std::size_t block_frames, std::latch& begin);

  [[nodiscard]] Result<void> start(audio::CaptureSink& sink) override;
  void stop() noexcept override;
  [[nodiscard]] bool live() const noexcept override { return false; }
  [[nodiscard]] std::string description() const override { return "memory"; }

 private:
  void deliver(const std::stop_token& stop, audio::CaptureSink& sink) noexcept;

  const Recording& recording_;
  const std::size_t block_samples_;
  std::latch& begin_;
  std::jthread thread_;
};

}  // namespace voicestand::bench
