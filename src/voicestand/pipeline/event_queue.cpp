#include "voicestand/pipeline/event_queue.h"

#include <cstddef>
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

Result<std::unique_ptr<EventQueue>> EventQueue::create(EventSink& sink, Event first) {
  auto told = rt::SpscRing<Told>::create(kTold);
  if (!told) return std::unexpected(std::move(told.error()));
  return std::unique_ptr<EventQueue>(new EventQueue(sink, std::move(first), std::move(*told)));
}

EventQueue::EventQueue(EventSink& sink, Event first, rt::SpscRing<Told> told)
    : sink_(sink), told_(std::move(told)), thread_([this, first = std::move(first)] { run(first); }) {}

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

void EventQueue::run(const Event& first) {
  platform::name_this_thread("vs-output");
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
    for (const Event& event : events) sink_.on_event(event);
    if (finished) return;
  }
}

}  // namespace voicestand::pipeline
