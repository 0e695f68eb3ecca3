#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "voicestand/desktop/clipboard.h"
#include "voicestand/lib/posix/event_fd.h"
#include "voicestand/lib/wayland/connection.h"
#include "voicestand/lib/wayland/data_control.h"
#include "voicestand/lib/wayland/seat.h"

namespace voicestand::desktop {

// By data control. Has a thread that gives what was offered to who asks for it.
class WaylandClipboard final : public Clipboard, wayland::DataControl::Source {
 public:
  // Errors: kServiceMissing where the session has no such clipboard, kIo.
  [[nodiscard]] static Result<std::unique_ptr<WaylandClipboard>> create();
  ~WaylandClipboard() override;

  [[nodiscard]] Result<ClipboardContent> save() override;
  [[nodiscard]] Result<void> offer(ClipboardContent content) override;
  [[nodiscard]] std::size_t reads() override;
  [[nodiscard]] bool wait_until_read(std::size_t reads, std::chrono::milliseconds limit) override;
  void leave_it_there() override;

 private:
  using Task = std::function<Result<void>()>;

  WaylandClipboard(std::unique_ptr<wayland::Connection> connection, std::unique_ptr<wayland::Seat> seat,
                   std::unique_ptr<wayland::DataControl> control, posix::EventFd called)
      : connection_(std::move(connection)),
        seat_(std::move(seat)),
        control_(std::move(control)),
        called_(std::move(called)) {}

  // Thread: the caller's. Has the serving thread do it, and waits for that.
  [[nodiscard]] Result<void> have_done(Task task);

  void end_server();

  // The serving thread's functions.
  void serve(const std::stop_token& stop);
  void do_task();
  [[nodiscard]] Result<std::string> content_in(const std::string& format,
                                               std::chrono::steady_clock::time_point deadline);
  void write(const std::string& format, posix::UniqueFd to) override;
  void replaced() override;

  // The serving thread's.
  std::unique_ptr<wayland::Connection> connection_;  // outlives what follows
  std::unique_ptr<wayland::Seat> seat_;
  std::unique_ptr<wayland::DataControl> control_;
  ClipboardContent offered_;  // empty: what is there, if any, is another's

  posix::EventFd called_;  // a task is there, or the end
  std::mutex mutex_;       // protects what follows
  std::condition_variable changed_;
  Task task_;
  std::optional<Result<void>> outcome_;  // of the last task
  std::optional<Error> broken_;          // the serving thread has ended
  std::size_t reads_ = 0;                // of what was last offered

  std::jthread server_;  // last: ends first
};

}  // namespace voicestand::desktop
