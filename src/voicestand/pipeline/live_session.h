#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "voicestand/audio/audio_source.h"
#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/pipeline/audio_tap.h"
#include "voicestand/pipeline/captioner.h"
#include "voicestand/pipeline/capture_queue.h"
#include "voicestand/pipeline/conditioning_stage.h"
#include "voicestand/pipeline/detection_stage.h"
#include "voicestand/pipeline/event.h"
#include "voicestand/pipeline/event_queue.h"
#include "voicestand/pipeline/live_figures.h"
#include "voicestand/pipeline/process_queue.h"
#include "voicestand/pipeline/speech_queue.h"
#include "voicestand/pipeline/thread_watch.h"
#include "voicestand/platform/realtime_scheduling.h"
#include "voicestand/rt/block_pool.h"
#include "voicestand/speech/recognizer.h"
#include "voicestand/speech/segmenter.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::pipeline {

// The live path from a source to captions: its threads and the queues between them (docs/realtime.md).
class LiveSession {
 public:
  struct Parts {
    std::unique_ptr<audio::AudioSource> source;
    std::unique_ptr<speech::VoiceActivityDetector> detector;
    speech::Recognizer* recognizer = nullptr;  // none: voice detection alone
    speech::SegmenterConfig segmenter;
    Captioner::Config captions;
    AudioTap* tap = nullptr;  // hears what voice detection hears, and outlives the session; or none
    // Whom to turn to, in this order, where the process may not make its audio threads real-time itself.
    std::vector<platform::RealtimeBroker> realtime_brokers{};
  };

  // Thread: the owner. Real-time: no. Starts everything; `sink` hears Ready first. `sink`, which is told from one
  // thread, and `clock` outlive it. Errors: the source's and the segmenter's.
  [[nodiscard]] static Result<std::unique_ptr<LiveSession>> start(Parts parts, EventSink& sink, const Clock& clock);

  LiveSession(const LiveSession&) = delete;
  LiveSession& operator=(const LiveSession&) = delete;
  ~LiveSession();

  // Thread: any but the source's. Real-time: no. The microphone closes; what was heard is still said.
  void stop() noexcept;
  // Thread: any but the source's. Real-time: no. As stop(), but what has not been said yet is given up.
  void abandon() noexcept;

  // Thread: any, also while it runs. Real-time: no. The path's figures up to now; the figures of the process are the
  // caller's to add.
  [[nodiscard]] Summary so_far() const;
  // Thread: any, also while it runs. What they are made of, and the trace.
  [[nodiscard]] const LiveFigures& figures() const noexcept { return *links_.figures; }

  // Thread: the owner. Blocks until the input has ended, or stop(), and the sink has been told everything. Then the
  // path's figures. Errors: the source's, where it failed on the way.
  [[nodiscard]] Result<Summary> wait();

 private:
  // What connects the threads.
  struct Links {
    std::unique_ptr<LiveFigures> figures;  // outlive all that count in them
    std::unique_ptr<rt::BlockPool> pool;   // outlives the queues that hold its blocks
    std::unique_ptr<CaptureQueue> capture;
    std::unique_ptr<ProcessQueue> process;
    std::unique_ptr<SpeechQueue> speech;
    std::unique_ptr<EventQueue> events;
  };
  [[nodiscard]] static Result<Links> link(const Parts& parts, EventSink& sink, const Clock& clock);

  LiveSession(Parts parts, const Clock& clock, Links links, const speech::Segmenter& segmenter);
  void run_conditioning();
  void run_detection();
  void run_recognition();
  void recognise(const Captioner::Job& job);
  void came_to(const platform::RaisedThread& conditioning);

  Parts parts_;
  const Clock& clock_;
  const bool live_;
  Links links_;
  ConditioningStage conditioning_;
  DetectionStage detection_;
  Captioner captioner_;

  std::mutex stop_mutex_;  // protects stopping the source: once, by whoever is first
  bool stopped_ = false;
  // Written by the conditioning thread, read after it has been joined.
  std::optional<Error> conditioning_error_;

  mutable std::mutex scheduling_mutex_;  // protects what the conditioning thread tells of itself
  std::optional<ThreadScheduling> scheduling_;

  ThreadWatch conditioning_watch_;
  ThreadWatch detection_watch_;
  ThreadWatch recognition_watch_;
  std::thread conditioning_thread_;
  std::thread detection_thread_;
  std::thread recognition_thread_;
};

}  // namespace voicestand::pipeline
