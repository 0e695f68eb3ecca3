#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "voicestand/audio/audio_format.h"
#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/dsp/conditioner.h"
#include "voicestand/pipeline/capture_queue.h"
#include "voicestand/pipeline/live_figures.h"
#include "voicestand/pipeline/passage.h"
#include "voicestand/pipeline/process_queue.h"

namespace voicestand::pipeline {

// The conditioning thread's work: captured blocks become 16 kHz mono frames.
class ConditioningStage {
 public:
  // Thread: any. Real-time: no, allocates. All must outlive run().
  ConditioningStage(CaptureQueue& in, ProcessQueue& out, LiveFigures& figures, const Clock& clock, bool live);

  // Thread: conditioning. Returns when the input has ended and everything has been passed on. Allocates where a
  // source's format is new, and at no other time. Errors: kBadAudio for a format beyond AudioFormat's bounds.
  [[nodiscard]] Result<void> run();

 private:
  [[nodiscard]] Result<void> prepare(audio::AudioFormat format);
  void flush() noexcept;
  void make_room(std::size_t frames) noexcept;
  void work(const CaptureQueue::Front& front) noexcept VS_REALTIME;
  void fill_gap(const CapturedBlock& block) noexcept VS_REALTIME;
  void pass_on(std::span<const float> frames, const Passage& passage,
               std::uint32_t captured_frames) noexcept VS_REALTIME;

  CaptureQueue& in_;
  ProcessQueue& out_;
  LiveFigures& figures_;
  const Clock& clock_;
  const bool live_;

  // Conditioning thread.
  audio::AudioFormat format_;
  std::optional<dsp::Conditioner> conditioner_;
  std::vector<float> conditioned_;
  Passage last_passage_;
};

}  // namespace voicestand::pipeline
