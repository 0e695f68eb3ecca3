#pragma once

#include <variant>
#include <vector>

#include "voicestand/pipeline/event.h"

namespace voicestand::pipeline {

// For tests: keeps every event. Thread: as EventSink, and reading only when nothing speaks any more.
struct CollectingSink final : EventSink {
  std::vector<Event> events;
  void on_event(const Event& event) override { events.push_back(event); }
  template <typename T>
  [[nodiscard]] std::vector<T> all() const {
    std::vector<T> found;
    for (const Event& event : events) {
      if (const auto* one = std::get_if<T>(&event)) found.push_back(*one);
    }
    return found;
  }
};

}  // namespace voicestand::pipeline
