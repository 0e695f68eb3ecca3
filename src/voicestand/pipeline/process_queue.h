#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/pipeline/live_figures.h"
#include "voicestand/pipeline/passage.h"
#include "voicestand/rt/doorbell.h"
#include "voicestand/rt/spsc_ring.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::pipeline {

// The second ring of the live path: 16 kHz mono frames, conditioning thread -> voice detection. Marks beside the frames
// say up to which of them was delivered when. Detection takes windows, and is woken for a whole one only: blocks are
// shorter, and a wake-up costs more than the work on some of them.
class ProcessQueue {
 public:
  static constexpr std::size_t kWindow = speech::kWindowSamples;

  // Thread: any. Real-time: no, allocates. `figures` outlive it.
  [[nodiscard]] static Result<std::unique_ptr<ProcessQueue>> create(RingFigures& figures);

  // Thread: conditioning. Real-time: yes, wait-free. Takes all frames or, without room for them, none.
  [[nodiscard]] bool push(std::span<const float> frames, const Passage& passage) noexcept VS_REALTIME;
  // Thread: conditioning. Real-time: yes, wait-free. Whether push() will take so many frames.
  [[nodiscard]] bool has_room(std::size_t frames) noexcept VS_REALTIME;
  // Thread: conditioning. Real-time: no, sleeps until there may be room, at most some 100 ms.
  void wait_for_room(const Clock& clock) noexcept;
  // Thread: conditioning. Real-time: yes. How many frames push() has taken since the start.
  [[nodiscard]] std::uint64_t pushed() const noexcept VS_REALTIME { return pushed_; }
  // Thread: conditioning, after the last push. Real-time: yes.
  void end() noexcept VS_REALTIME;

  // Thread: detection. Real-time: no, sleeps. Returns when a window waits, nothing follows, or the deadline passed.
  void wait(Clock::TimePoint deadline) noexcept;
  // Thread: detection. Real-time: yes, wait-free. Fills `window` and tells how its first and its last frame came here,
  // or does nothing where fewer frames wait and more may follow. After the end the last are fewer: `count` says how
  // many.
  struct Popped {
    std::size_t count = 0;
    Passage first;
    Passage last;
  };
  [[nodiscard]] std::optional<Popped> pop(std::span<float, kWindow> window) noexcept VS_REALTIME;

  // Thread: any. Real-time: yes. Frames that it holds.
  [[nodiscard]] std::size_t capacity() const noexcept VS_REALTIME { return frames_.capacity(); }

 private:
  struct Mark {
    std::uint64_t end_sample = 0;
    Passage passage;
  };

  ProcessQueue(RingFigures& figures, rt::SpscRing<float> frames, rt::SpscRing<Mark> marks)
      : figures_(figures), frames_(std::move(frames)), marks_(std::move(marks)) {}
  [[nodiscard]] const Passage& passage_of(std::uint64_t end_sample) noexcept VS_REALTIME;

  RingFigures& figures_;
  rt::SpscRing<float> frames_;
  rt::SpscRing<Mark> marks_;
  rt::Doorbell filled_;             // rung by conditioning, where a window is complete
  rt::Doorbell drained_;            // rung by detection
  std::atomic<bool> ended_{false};  // released by end() after the last push; acquired by pop() and wait()

  // Conditioning thread.
  std::uint64_t pushed_ = 0;

  // Detection thread.
  std::uint64_t popped_ = 0;
  Mark mark_;
};

}  // namespace voicestand::pipeline
