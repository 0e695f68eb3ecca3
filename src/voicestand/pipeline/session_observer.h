#pragma once

#include "voicestand/pipeline/event.h"

namespace voicestand::pipeline {

class LiveSession;

// Who looks at the live sessions of a program, one after the other. It is soon done with what it is told.
class SessionObserver {
 public:
  virtual ~SessionObserver() = default;

  // Thread: the session's owner. `session` may be asked for its figures until session_ends() has returned.
  virtual void session_began(const LiveSession& session) = 0;
  virtual void session_ends() = 0;
  // Thread: the session's output. What it tells; Ready comes before session_began().
  virtual void session_told(const Event& event) = 0;
};

// Tells an observer what a session tells its sink.
class ObservedSink final : public EventSink {
 public:
  // Both outlive it; `observer` may be none.
  ObservedSink(EventSink& sink, SessionObserver* observer) : sink_(sink), observer_(observer) {}

  void on_event(const Event& event) override {
    if (observer_ != nullptr) observer_->session_told(event);
    sink_.on_event(event);
  }

 private:
  EventSink& sink_;
  SessionObserver* const observer_;
};

}  // namespace voicestand::pipeline
