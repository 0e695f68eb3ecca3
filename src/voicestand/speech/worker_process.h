#pragma once

#include <chrono>
#include <expected>
#include <string>

#include "voicestand/base/clock.h"
#include "voicestand/lib/posix/child_process.h"
#include "voicestand/lib/posix/event_fd.h"
#include "voicestand/lib/posix/packet_socket.h"
#include "voicestand/lib/posix/shared_memory.h"
#include "voicestand/lib/posix/stderr_capture.h"
#include "voicestand/speech/worker_protocol.h"

namespace voicestand::speech {

// One life of a worker: from its start to its death, which ends the object's use.
// Thread: one at a time. Real-time: no.
class WorkerProcess {
 public:
  struct Options {
    std::string program;
    std::string model_dir;
    int threads = 1;
    std::size_t max_samples = 0;
    std::chrono::nanoseconds start_timeout{};
  };

  // Why there is no answer. After a failure other than kInterrupted the worker is of no use any more.
  struct Failure {
    enum class Kind {
      kInterrupted,  // we were told to stop waiting
      kKilled,       // SIGKILL: somebody else's doing (or the kernel's, out of memory), worth another try
      kDied,         // it ended by itself, did not answer in time or spoke nonsense
      kRefused,      // it said why it cannot work, or the model made its engine end the process
    };
    Kind kind;
    Error error;
  };
  template <typename T>
  using Outcome = std::expected<T, Failure>;

  // Starts the program and waits until it has loaded the model. `audio` and `interrupted` must outlive the object.
  [[nodiscard]] static Outcome<WorkerProcess> start(const Options& options, const posix::SharedMemory& audio,
                                                    const posix::EventFd& interrupted);

  // Has the first `samples` of the shared memory decoded; answers to earlier requests are passed over.
  [[nodiscard]] Outcome<worker_protocol::Message> decode(std::uint64_t sequence, std::size_t samples,
                                                         Clock::TimePoint deadline);

  [[nodiscard]] pid_t pid() const noexcept { return child_.pid(); }
  // Wall time that the worker took to load its model.
  [[nodiscard]] std::chrono::nanoseconds load_time() const noexcept { return load_time_; }

 private:
  WorkerProcess(posix::ChildProcess child, posix::PacketSocket socket, posix::StderrCapture said,
                const posix::EventFd& interrupted, std::string name) noexcept;

  [[nodiscard]] Outcome<void> wait_until_ready(Clock::TimePoint deadline);
  [[nodiscard]] Outcome<worker_protocol::Message> receive(Clock::TimePoint deadline);
  [[nodiscard]] Failure death();
  [[nodiscard]] Failure broken(std::string what);
  [[nodiscard]] std::string with_last_words(std::string what) const;

  posix::StderrCapture said_;
  posix::PacketSocket socket_;
  posix::ChildProcess child_;  // goes first: its death closes the other end
  const posix::EventFd* interrupted_;
  std::string name_;
  std::chrono::nanoseconds load_time_{};
};

}  // namespace voicestand::speech
