#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/desktop/trigger.h"
#include "voicestand/lib/dbus/event_loop.h"

namespace voicestand::service {

// A key of the user's that an event loop listens for, until this is destroyed. Thread: the loop's.
class HotKey {
 public:
  struct Choice {
    std::string chord;
    bool lasting = false;  // as for make_trigger(), and the layout too
    std::string layout;
  };
  // Neither may destroy the key that calls it.
  struct Listener {
    std::function<void(const desktop::TriggerEvent&)> heard;
    std::function<void(const Error&)> trouble;  // those of Trigger::read()
  };

  // `loop` and `clock` outlive it. Errors: those of KeyChord::parse(), make_trigger() and the loop.
  [[nodiscard]] static Result<std::unique_ptr<HotKey>> listen(const Choice& choice, Listener listener,
                                                              dbus::EventLoop& loop, const Clock& clock);
  HotKey(const HotKey&) = delete;
  HotKey& operator=(const HotKey&) = delete;
  ~HotKey() = default;

 private:
  HotKey(std::unique_ptr<desktop::Trigger> trigger, Listener listener)
      : trigger_(std::move(trigger)), listener_(std::move(listener)) {}
  void read();

  std::unique_ptr<desktop::Trigger> trigger_;
  const Listener listener_;
  dbus::EventLoop::WatchPtr readable_;
  dbus::EventLoop::WatchPtr first_;
};

}  // namespace voicestand::service
