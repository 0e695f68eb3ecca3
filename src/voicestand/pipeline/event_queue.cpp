#include "voicestand/pipeline/event_queue.h"

#include <cstddef>
#include <utility>
#include <variant>

#include "voicestand/platform/thread_name.h"

namespace voicestand::pipeline {
namespace {

// A sink this far behind is standing still.
constexpr std::size_t kBehind = 64;

bool replaceable(const Event& event) {
  return std::holds_alternative<Level>(event) || std::holds_alternative<Partial>(event);
}

}  // namespace

EventQueue::EventQueue(EventSink& sink) : sink_(sink), thread_([this] { run(); }) {}

void EventQueue::on_event(const Event& event) {
  {
    const std::scoped_lock lock(mutex_);
    if (finished_ || (events_.size() >= kBehind && replaceable(event))) return;
    events_.push_back(event);
  }
  changed_.notify_one();
}

void EventQueue::finish() {
  {
    const std::scoped_lock lock(mutex_);
    finished_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void EventQueue::run() {
  platform::name_this_thread("vs-output");
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return finished_ || !events_.empty(); });
    if (events_.empty()) return;
    const Event event = std::move(events_.front());
    events_.pop_front();
    lock.unlock();
    sink_.on_event(event);
    lock.lock();
  }
}

}  // namespace voicestand::pipeline
