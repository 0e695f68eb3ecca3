#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/pipeline/live_figures.h"
#include "voicestand/pipeline/speech_event.h"
#include "voicestand/rt/doorbell.h"
#include "voicestand/rt/spsc_ring.h"
#include "voicestand/speech/speech_history.h"

namespace voicestand::pipeline {

// The third ring of the live path: voice detection -> recognition. Audio goes through it as holds on blocks, so its
// length does not matter; when recognition stands still, audio waits in detection's history and is passed on in longer
// pieces, and the last part of the ring is kept for what must not wait.
class SpeechQueue {
 public:
  // Thread: any. Real-time: no, allocates. `audio`: whether any will be pushed; the ring is small without. `clock` and
  // `figures` outlive it.
  [[nodiscard]] static Result<std::unique_ptr<SpeechQueue>> create(const Clock& clock, RingFigures& figures,
                                                                   bool audio = true);
  SpeechQueue(const SpeechQueue&) = delete;
  SpeechQueue& operator=(const SpeechQueue&) = delete;
  // Neither side is in use.
  ~SpeechQueue();

  // What is passed on besides audio.
  using Turn = std::variant<SegmentStarted, SegmentPaused, SegmentResumed, SegmentEnded, Released>;

  // Thread: detection. Real-time: yes. Whether push() takes all that one window can bring; true when abandoned.
  [[nodiscard]] bool has_room() noexcept VS_REALTIME;
  // Thread: detection. Real-time: yes. Recognition is further behind than a file should be read ahead.
  [[nodiscard]] bool far_ahead() const noexcept VS_REALTIME;
  // Thread: detection. Real-time: no, sleeps some 100 ms at most. Returns when recognition has caught up, or the queue
  // is abandoned.
  void wait_for_room() noexcept;
  // Thread: detection. Real-time: yes, wait-free. It has room.
  void push(const Turn& turn) noexcept VS_REALTIME;
  // Thread: detection. Real-time: yes, wait-free. Holds the stretch's block for recognition; false, and nothing taken,
  // where it had better wait until there is more of it. `last` audio of a segment cannot wait.
  [[nodiscard]] bool push(const speech::SpeechHistory::Stretch& audio, Clock::TimePoint delivered_at, bool speaking,
                          bool last) noexcept VS_REALTIME;
  // Thread: detection. Real-time: yes. Nothing follows.
  void end() noexcept VS_REALTIME;

  // Thread: recognition. All that waits; returns with nothing when the deadline has passed, or nothing follows.
  [[nodiscard]] std::vector<SpeechEvent> take(std::optional<Clock::TimePoint> deadline);
  // Thread: recognition. end() was called and everything has been taken.
  [[nodiscard]] bool finished() noexcept;

  // Thread: any may read. Whether a turn of speech, or the end of all, waits to be taken: what recognition does
  // meanwhile may have become useless.
  [[nodiscard]] const std::atomic<bool>& turn_waits() const noexcept { return turn_waits_; }

  // Thread: any. Real-time: yes. Turns and pieces of audio that it holds.
  [[nodiscard]] std::size_t capacity() const noexcept VS_REALTIME { return ring_.capacity(); }
  // Thread: any. Real-time: no. What waits and what follows is given up.
  void abandon() noexcept;

 private:
  struct PassedAudio {
    speech::AudioBlock* block;  // held for whoever takes it
    std::uint32_t first;
    std::uint32_t count;
    Clock::TimePoint delivered_at;
    bool speaking;
  };
  struct alignas(64) Slot {
    std::variant<Turn, PassedAudio> content;
  };

  static_assert(sizeof(Slot) == 64, "the ring is twice as large for what goes beyond a cache line");

  SpeechQueue(const Clock& clock, RingFigures& figures, rt::SpscRing<Slot> ring) noexcept
      : clock_(clock), figures_(figures), ring_(std::move(ring)) {}
  [[nodiscard]] static SpeechEvent event_of(const Slot& slot);

  const Clock& clock_;
  RingFigures& figures_;
  rt::SpscRing<Slot> ring_;
  rt::Doorbell filled_;                            // rung by detection, answered by recognition
  rt::Doorbell drained_;                           // the other way round
  std::atomic<std::uint64_t> waiting_samples_{0};  // a measure of how far behind recognition is: relaxed
  std::atomic<bool> turn_waits_{false};            // a hint: relaxed, what waits is found in the ring
  std::atomic<bool> ended_{false};                 // released by end() and abandon(), acquired by take() and finished()
  std::atomic<bool> abandoned_{false};             // released by abandon(), acquired by both sides
};

}  // namespace voicestand::pipeline
