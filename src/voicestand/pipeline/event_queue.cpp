#include "voicestand/pipeline/event_queue.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <variant>

#include "voicestand/platform/thread_name.h"

namespace voicestand::pipeline {
namespace {

// A sink this far behind is standing still.
constexpr std::size_t kBehind = 64;
constexpr std::size_t kTold = 1'024;

bool replaceable(const Event& event) {
  return std::holds_alternative<Level>(event) || std::holds_alternative<Partial>(event);
}

}  // namespace

Result<std::unique_ptr<EventQueue>> EventQueue::create(EventSink& sink, Event first, const Clock& clock,
                                                       LiveFigures& figures) {
  auto told = rt::SpscRing<Told>::create(kTold);
  if (!told) return std::unexpected(std::move(told.error()));
  return std::unique_ptr<EventQueue>(new EventQueue(sink, std::move(first), clock, figures, std::move(*told)));
}

EventQueue::EventQueue(EventSink& sink, Event first, const Clock& clock, LiveFigures& figures, rt::SpscRing<Told> told)
    : sink_(sink), clock_(clock), figures_(figures), told_(std::move(told)), thread_([this, first = std::move(first)] {
        run(first);
      }) {}

void EventQueue::tell(const SpeechStarted& started) noexcept {
  const Told told{.what = started};
  (void)told_.push(std::span(&told, 1));
  changed_.ring();
}

void EventQueue::tell(const Level& level) noexcept {
  if (told_.write_available() < kTold / 2) return;
  const Told told{.what = level};
  (void)told_.push(std::span(&told, 1));
  changed_.ring();
}

void EventQueue::on_event(const Event& event) {
  if (const auto* const final = std::get_if<Final>(&event)) {
    figures_.take(final->latency);
    if (!final->text.empty()) figures_.utterances.add();
  }
  {
    const std::scoped_lock lock(mutex_);
    if (finished_ || (events_.size() >= kBehind && replaceable(event))) return;
    events_.push_back(event);
  }
  changed_.ring();
}

void EventQueue::finish() {
  {
    const std::scoped_lock lock(mutex_);
    finished_ = true;
  }
  changed_.ring();
  if (thread_.joinable()) thread_.join();
}

bool EventQueue::something() noexcept {
  if (told_.read_available() > 0) return true;
  const std::scoped_lock lock(mutex_);
  return finished_ || !events_.empty();
}

void EventQueue::pass_on_told() {
  Told told;
  while (told_.pop(std::span(&told, 1)) == 1) {
    std::visit([&](const auto& what) { sink_.on_event(what); }, told.what);
  }
}

void EventQueue::pass_on(Event& event) {
  if (auto* const final = std::get_if<Final>(&event)) {
    const Clock::TimePoint now = clock_.now();
    const Clock::TimePoint settled_at = final->settled_at.value_or(now);
    if (final->settled_at) final->latency.text_ms = std::chrono::duration<double, std::milli>(now - settled_at).count();
    take_note(figures_.trace.output, Moment::kFinal, final->utterance, settled_at, now - settled_at);
  } else if (const auto* const partial = std::get_if<Partial>(&event)) {
    take_note(figures_.trace.output, Moment::kPartial, partial->utterance, clock_.now());
  }
  sink_.on_event(event);
}

void EventQueue::run(const Event& first) {
  platform::name_this_thread("vs-output");
  const ThreadWatch::Running running(watch_);
  sink_.on_event(first);
  for (;;) {
    (void)changed_.wait_until([&]() noexcept { return something(); }, Clock::TimePoint::max());
    std::deque<Event> events;
    bool finished = false;
    {
      const std::scoped_lock lock(mutex_);
      events.swap(events_);
      finished = finished_;
    }
    // What detection told before one of these came about was there before they were taken.
    pass_on_told();
    for (Event& event : events) pass_on(event);
    if (finished) return;
  }
}

}  // namespace voicestand::pipeline
