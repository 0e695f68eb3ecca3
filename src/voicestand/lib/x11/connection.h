#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "voicestand/base/result.h"
#include "voicestand/lib/x11/event.h"

struct xcb_connection_t;

namespace voicestand::x11 {

struct Library;
using WindowId = std::uint32_t;  // 0: none
using Atom = std::uint32_t;      // 0: no client has named it yet

// Thread: any. Real-time: no. Whether libxcb and what belongs to it are there. Errors: kServiceMissing.
[[nodiscard]] Result<void> check_library();

// To the display that the environment names, with the extensions XTEST, XKB and XInput2. Thread: one at a time.
// Real-time: no.
class Connection {
 public:
  // Errors: kServiceMissing where there is no display, where it refuses, or where it lacks an extension.
  [[nodiscard]] static Result<Connection> open();

  // Readable when something has come; what a call below has read with its answer is not to be seen there, so ask
  // next_event() until there is none.
  [[nodiscard]] int fd() const noexcept;
  [[nodiscard]] std::optional<Event> next_event();
  // Waits until the fd is readable or the time is over.
  void wait(std::chrono::milliseconds longest) const;

  // Sends what has been asked for.
  void flush();
  // Returns when the server has done all that was asked for; what it told before that can be had from next_event().
  // Errors: kIo where the display is gone.
  [[nodiscard]] Result<void> sync();
  // The others' requests wait until release(), their input does not: keep it short.
  void hold_others();
  void release_others();

  [[nodiscard]] bool lost() const noexcept;

  [[nodiscard]] WindowId root() const noexcept { return root_; }
  // One that nobody sees, which lives as long as the connection. Changes of its properties are told.
  [[nodiscard]] WindowId make_hidden_window();
  // The number of a name. Errors: kIo.
  [[nodiscard]] Result<Atom> atom(const std::string& name);
  // Asks a window that takes pings (windows.h) to say that it has come so far in what it was told: it sends kPong with
  // this number to whoever watches.
  void ping(WindowId window, std::uint32_t number);
  void watch_pongs(bool on);
  // Tells of all keys and buttons that devices press, or no more.
  void watch_devices(bool on);

  // For what else is in lib/x11.
  [[nodiscard]] const Library& library() const noexcept { return *x11_; }
  [[nodiscard]] xcb_connection_t* get() const noexcept { return connection_.get(); }
  [[nodiscard]] static Error gone();

 private:
  struct Disconnect {
    void operator()(xcb_connection_t* connection) const noexcept;
  };
  Connection(const Library& x11, xcb_connection_t* connection) noexcept : x11_(&x11), connection_(connection) {}
  [[nodiscard]] Result<void> set_up(int screen);

  const Library* x11_;
  std::unique_ptr<xcb_connection_t, Disconnect> connection_;
  WindowId root_ = 0;
  Atom protocols_ = 0;
  Atom ping_ = 0;
  std::uint8_t xkb_event_ = 0;
  std::uint8_t xinput_opcode_ = 0;
};

}  // namespace voicestand::x11
