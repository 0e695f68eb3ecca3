#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "voicestand/desktop/clipboard.h"
#include "voicestand/lib/posix/event_fd.h"

namespace voicestand::desktop {

// A clipboard with a thread that gives what was offered to who asks for it. What a display has of its own is for
// whoever derives from it; that one's destructor calls end_server().
class ServedClipboard : public Clipboard {
 public:
  [[nodiscard]] Result<ClipboardContent> save() final;
  [[nodiscard]] Result<void> offer(ClipboardContent content) final;
  [[nodiscard]] std::size_t reads() final;
  [[nodiscard]] bool wait_until_read(std::size_t reads, std::chrono::milliseconds limit) final;
  void leave_it_there() final;

 protected:
  using Time = std::chrono::steady_clock::time_point;

  explicit ServedClipboard(posix::EventFd called) : called_(std::move(called)) {}
  void start_server();
  void end_server();

  // Thread: the serving one.
  void count_read();

 private:
  // --- The serving thread's functions. ---

  // Answers who asks, until the time is over or `also` is readable; whether it is. Errors: kIo.
  [[nodiscard]] virtual Result<bool> serve_until(Time deadline, int also) = 0;
  // What is there. Errors: kIo.
  [[nodiscard]] virtual Result<ClipboardContent> fetch() = 0;
  // Empty: the clipboard is. Errors: kIo.
  [[nodiscard]] virtual Result<void> put(ClipboardContent content) = 0;
  // Something that was put there still is, as far as the display has told.
  [[nodiscard]] virtual bool has_it() = 0;
  // In a process of its own, while the one that it came from waits: whether it gives it from now on.
  [[nodiscard]] virtual bool take_over() = 0;
  // The display's descriptor, which is left to the process that takes over.
  [[nodiscard]] virtual int display() const = 0;

  using Task = std::function<Result<void>()>;

  // Thread: the caller's. Has the serving thread do it, and waits for that.
  [[nodiscard]] Result<void> have_done(Task task);
  void serve(const std::stop_token& stop);
  void do_task();
  [[noreturn]] void stay(posix::UniqueFd taken_over);

  posix::EventFd called_;  // a task is there, or the end
  std::mutex mutex_;       // protects what follows
  std::condition_variable changed_;
  Task task_;
  std::optional<Result<void>> outcome_;  // of the last task
  std::optional<Error> broken_;          // the serving thread has ended
  std::size_t reads_ = 0;                // of what was last offered

  std::jthread server_;
};

}  // namespace voicestand::desktop
