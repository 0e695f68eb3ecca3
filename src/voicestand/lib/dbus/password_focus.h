#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "voicestand/lib/dbus/event_loop.h"

struct sd_bus;
struct sd_bus_slot;

namespace voicestand::dbus {

// Whether what has the focus asks for a password, as applications tell assistive technology (AT-SPI2: the event
// object:state-changed:focused, and the role PASSWORD_TEXT). What does not speak AT-SPI2, and a session in which nobody
// has started it, tells nothing: then there is none.
class PasswordFocus {
 public:
  // Thread: the loop's, which outlives it. Starts no accessibility service, and hears of one that comes later. Errors:
  // kServiceMissing without a session bus, kIo.
  [[nodiscard]] static Result<std::unique_ptr<PasswordFocus>> watch(EventLoop& loop);
  PasswordFocus(const PasswordFocus&) = delete;
  PasswordFocus& operator=(const PasswordFocus&) = delete;
  // Thread: the loop's.
  ~PasswordFocus();

  // Thread: any but the loop's. Real-time: no. Where an application is just being asked, waits for its answer, a tenth
  // of a second at most.
  [[nodiscard]] bool here();

 private:
  explicit PasswordFocus(EventLoop& loop) : loop_(loop) {}
  [[nodiscard]] Result<void> open();
  void look_for_service();
  void connect(const char* address);
  void ask_for_events();
  void gained(std::string application, std::string part);
  void ask_no_more();
  void lost();
  void known(bool password);

  struct Handlers;  // what sd-bus calls

  EventLoop& loop_;
  sd_bus* session_ = nullptr;        // owned
  sd_bus* accessibility_ = nullptr;  // owned; none: nobody has started it
  // What has the focus; empty: nothing that tells.
  std::string application_;
  std::string part_;
  sd_bus_slot* question_ = nullptr;  // owned: that it is being asked

  std::mutex mutex_;  // protects the following
  std::condition_variable answered_;
  bool asking_ = false;
  bool password_ = false;
};

}  // namespace voicestand::dbus
