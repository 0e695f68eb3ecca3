#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "voicestand/base/clock.h"
#include "voicestand/pipeline/speech_event.h"

namespace voicestand::pipeline {

// The third queue of the live path: voice detection -> recognition. Neither side is real-time, so it locks. It grows
// with what recognition has not taken yet, for nothing that was said may be lost.
class SpeechQueue {
 public:
  // Thread: detection.
  void push(SpeechEvent event);
  // Thread: detection, for inputs that can wait. Returns when recognition is not far behind, or the queue is closed.
  void wait_for_room();
  // Thread: detection. Nothing follows.
  void end();

  // Thread: recognition. All that waits; returns with nothing when the deadline has passed, or nothing follows.
  [[nodiscard]] std::vector<SpeechEvent> take(std::optional<Clock::TimePoint> deadline);
  // Thread: recognition. end() was called and everything has been taken.
  [[nodiscard]] bool finished() const;

  // Thread: any. Forgets what waits, and ends.
  void abandon();

 private:
  mutable std::mutex mutex_;  // protects everything below
  std::condition_variable filled_;
  std::condition_variable drained_;
  std::vector<SpeechEvent> events_;
  std::size_t waiting_samples_ = 0;
  bool ended_ = false;
};

}  // namespace voicestand::pipeline
