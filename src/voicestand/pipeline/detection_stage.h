#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "voicestand/base/clock.h"
#include "voicestand/pipeline/audio_tap.h"
#include "voicestand/pipeline/capture_queue.h"
#include "voicestand/pipeline/event_queue.h"
#include "voicestand/pipeline/live_figures.h"
#include "voicestand/pipeline/passage.h"
#include "voicestand/pipeline/process_queue.h"
#include "voicestand/pipeline/speech_finder.h"
#include "voicestand/pipeline/speech_queue.h"
#include "voicestand/rt/block_pool.h"
#include "voicestand/speech/segmenter.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::pipeline {

// The detection thread's work: finds speech in the 16 kHz frames and hands its audio to recognition; tells the world
// that speech set in, how loud it is, and what went wrong on the way here.
class DetectionStage {
 public:
  struct Config {
    bool live = true;           // what cannot be taken is lost; otherwise the input waits for recognition
    bool push_to_talk = false;  // all speech is one utterance
    bool recognise = true;      // pass audio on
    AudioTap* tap = nullptr;    // hears it too, and outlives run(); or none
  };

  // Thread: any. Real-time: no, allocates. All must outlive run().
  DetectionStage(const Config& config, CaptureQueue& capture, ProcessQueue& in, SpeechQueue& out, rt::BlockPool& pool,
                 speech::VoiceActivityDetector& detector, const speech::Segmenter& segmenter, EventQueue& events,
                 LiveFigures& figures, const Clock& clock);

  // Thread: detection. Returns when the input has ended and everything has been passed on. While all goes well it
  // allocates nothing.
  void run();

  // Thread: any. Length of the audio seen so far, in 16 kHz samples.
  [[nodiscard]] std::uint64_t samples_seen() const noexcept { return samples_seen_.load(std::memory_order_relaxed); }

 private:
  void work(SpeechFinder::Window window, const ProcessQueue::Popped& popped) noexcept VS_REALTIME;
  void pass_on(const speech::SegmentEvents& events) noexcept VS_REALTIME;
  void open(const speech::SpeechStarted& started, bool after_cut) noexcept VS_REALTIME;
  [[nodiscard]] const Passage* passage_of(std::uint64_t sample) const noexcept VS_REALTIME;
  void turn(const SpeechQueue::Turn& turn) noexcept VS_REALTIME;
  void pass_on_audio(bool last) noexcept VS_REALTIME;
  void tell_level(float peak_dbfs) noexcept VS_REALTIME;
  void tell_trouble();
  // False where there is no memory for another window.
  [[nodiscard]] bool make_room() noexcept;
  void wait_for_recognition() noexcept;

  const Config config_;
  CaptureQueue& capture_;
  ProcessQueue& in_;
  SpeechQueue& out_;
  EventQueue& events_;
  LiveFigures& figures_;
  const Clock& clock_;
  std::atomic<std::uint64_t> samples_seen_{0};  // statistics: relaxed, no data hangs on it

  // Detection thread.
  SpeechFinder finder_;
  Clock::TimePoint delivered_at_{};
  // Of the last windows, how each one's first sample came here: more than speech takes to be known as such.
  static constexpr std::size_t kRecentWindows = 32;
  std::array<Passage, kRecentWindows> recent_{};
  std::uint64_t utterances_ = 0;
  std::uint64_t passed_on_ = 0;  // position up to which the open segment's audio has been passed on
  bool open_ = false;            // a segment is open as the recognition thread knows it
  std::uint64_t losses_told_ = 0;
  float level_peak_dbfs_ = -120;
  int windows_since_level_ = 0;
};

}  // namespace voicestand::pipeline
