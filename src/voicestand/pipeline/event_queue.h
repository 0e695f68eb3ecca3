#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "voicestand/pipeline/event.h"

namespace voicestand::pipeline {

// Carries events to a sink on a thread of its own, so that a terminal or a reader that stands still holds up nothing
// but the captions it does not read. When it falls behind, levels and partials are let go; all else is kept.
class EventQueue final : public EventSink {
 public:
  // `sink` outlives it and hears its events from one thread, one at a time.
  explicit EventQueue(EventSink& sink);
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;
  ~EventQueue() override { finish(); }

  // Thread: any. Never waits for the sink.
  void on_event(const Event& event) override;

  // Thread: the owner. Returns when the sink has been told everything. Events after it are not passed on.
  void finish();

 private:
  void run();

  EventSink& sink_;
  std::mutex mutex_;  // protects the three below
  std::condition_variable changed_;
  std::deque<Event> events_;
  bool finished_ = false;
  std::thread thread_;
};

}  // namespace voicestand::pipeline
