#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "voicestand/base/result.h"

namespace voicestand::posix {

// A program that runs beside this one and does not outlive the object.
// Thread: one at a time. Real-time: no.
class ChildProcess {
 public:
  struct Options {
    std::vector<std::string> argv;                 // argv[0] is looked up in PATH unless it holds a slash
    std::vector<std::pair<int, int>> descriptors;  // {ours, the child's number}; all others of ours must be O_CLOEXEC
  };

  // How it ended: an exit code, or the signal that ended it.
  struct Exit {
    int code = 0;
    int signal = 0;
    [[nodiscard]] bool clean() const noexcept { return code == 0 && signal == 0; }
  };

  // In a process group of its own, so that a Ctrl-C at the terminal is ours alone to handle; standard streams that
  // `descriptors` does not name are /dev/null, stderr is inherited. Errors: kServiceMissing where there is no such
  // program, kIo.
  [[nodiscard]] static Result<ChildProcess> spawn(const Options& options);

  ChildProcess(ChildProcess&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();  // SIGKILL and reap

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  void signal(int number) noexcept;
  // Also to what it has started, unless that has left the process group. Before it is reaped.
  void signal_group(int number) noexcept;

  // Blocks until it has ended, and reaps it. Call once.
  Exit wait() noexcept;
  // Waits at most so long; nothing when it still runs.
  std::optional<Exit> wait_for(std::chrono::milliseconds timeout) noexcept;

 private:
  explicit ChildProcess(pid_t pid) noexcept : pid_(pid) {}
  pid_t pid_ = -1;
};

}  // namespace voicestand::posix
