#include "voicestand/pipeline/speech_queue.h"

#include <utility>

#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::pipeline {
namespace {

// A file is read ahead of recognition by at most so much speech.
constexpr std::size_t kReadAheadSamples = std::size_t{30} * speech::kSampleRateHz;

}  // namespace

void SpeechQueue::push(SpeechEvent event) {
  {
    const std::scoped_lock lock(mutex_);
    if (ended_) return;
    if (const auto* audio = std::get_if<SegmentAudio>(&event)) waiting_samples_ += audio->samples.size();
    events_.push_back(std::move(event));
  }
  filled_.notify_one();
}

void SpeechQueue::wait_for_room() {
  std::unique_lock lock(mutex_);
  drained_.wait(lock, [&] { return ended_ || waiting_samples_ < kReadAheadSamples; });
}

void SpeechQueue::end() {
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
  }
  filled_.notify_one();
}

std::vector<SpeechEvent> SpeechQueue::take(std::optional<Clock::TimePoint> deadline) {
  std::vector<SpeechEvent> taken;
  {
    std::unique_lock lock(mutex_);
    const auto something = [&] { return ended_ || !events_.empty(); };
    if (deadline) {
      filled_.wait_until(lock, *deadline, something);
    } else {
      filled_.wait(lock, something);
    }
    taken.swap(events_);
    waiting_samples_ = 0;
  }
  drained_.notify_one();
  return taken;
}

bool SpeechQueue::finished() const {
  const std::scoped_lock lock(mutex_);
  return ended_ && events_.empty();
}

void SpeechQueue::abandon() {
  {
    const std::scoped_lock lock(mutex_);
    events_.clear();
    ended_ = true;
  }
  filled_.notify_one();
  drained_.notify_one();
}

}  // namespace voicestand::pipeline
