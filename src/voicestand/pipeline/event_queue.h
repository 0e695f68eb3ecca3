#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>

#include "voicestand/base/clock.h"
#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"
#include "voicestand/pipeline/event.h"
#include "voicestand/pipeline/live_figures.h"
#include "voicestand/pipeline/thread_watch.h"
#include "voicestand/rt/doorbell.h"
#include "voicestand/rt/spsc_ring.h"

namespace voicestand::pipeline {

// Carries events to a sink on a thread of its own, so that a terminal or a reader that stands still holds up nothing
// but the captions it does not read. When it falls behind, levels and partials are let go; all else is kept.
class EventQueue final : public EventSink {
 public:
  // `sink` hears its events from one thread, one at a time, `first` before all others. All but `first` outlive it.
  [[nodiscard]] static Result<std::unique_ptr<EventQueue>> create(EventSink& sink, Event first, const Clock& clock,
                                                                  LiveFigures& figures);
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;
  ~EventQueue() override { finish(); }

  // Thread: any. Never waits for the sink.
  void on_event(const Event& event) override;

  // Thread: detection. Real-time: yes, wait-free. What it has to tell while all goes well: heard before any event that
  // comes of it. Levels are let go when the sink falls behind.
  void tell(const SpeechStarted& started) noexcept VS_REALTIME;
  void tell(const Level& level) noexcept VS_REALTIME;

  // Thread: any. Real-time: no. What its own thread has used.
  [[nodiscard]] std::optional<ThreadLoad> load() const { return watch_.load(); }

  // Thread: the owner. Returns when the sink has been told everything. Events after it are not passed on.
  void finish();

 private:
  struct alignas(32) Told {
    std::variant<SpeechStarted, Level> what;
  };

  EventQueue(EventSink& sink, Event first, const Clock& clock, LiveFigures& figures, rt::SpscRing<Told> told);
  void run(const Event& first);
  void pass_on_told();
  void pass_on(Event& event);
  [[nodiscard]] bool something() noexcept;

  EventSink& sink_;
  const Clock& clock_;
  LiveFigures& figures_;
  rt::SpscRing<Told> told_;
  ThreadWatch watch_;
  rt::Doorbell changed_;  // rung by all, answered by the output thread
  std::mutex mutex_;      // protects the two below
  std::deque<Event> events_;
  bool finished_ = false;
  std::thread thread_;
};

}  // namespace voicestand::pipeline
