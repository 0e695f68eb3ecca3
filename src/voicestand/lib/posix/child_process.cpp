#include "voicestand/lib/posix/child_process.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "voicestand/lib/posix/unique_fd.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves declaring it to the program

namespace voicestand::posix {
namespace {

constexpr int kFirstFreeDescriptor = 10;  // above the numbers that children ask for

// The three C structures of posix_spawn, destroyed together.
struct SpawnPlan {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
};

ChildProcess::Exit decode(int status) noexcept {
  if (WIFSIGNALED(status)) return {.code = 0, .signal = WTERMSIG(status)};
  return {.code = WEXITSTATUS(status), .signal = 0};
}

}  // namespace

Result<ChildProcess> ChildProcess::spawn(const Options& options) {
  SpawnPlan plan;
  const auto asked_for = [&](int number) {
    return std::ranges::any_of(options.descriptors, [&](const auto& pair) { return pair.second == number; });
  };
  if (!asked_for(0)) posix_spawn_file_actions_addopen(&plan.actions, 0, "/dev/null", O_RDONLY, 0);
  if (!asked_for(1)) posix_spawn_file_actions_addopen(&plan.actions, 1, "/dev/null", O_WRONLY, 0);

  // First out of the way of every number asked for, then into place: no mapping overwrites another's source.
  std::vector<UniqueFd> duplicates;
  for (const auto& [ours, theirs] : options.descriptors) {
    duplicates.emplace_back(::fcntl(ours, F_DUPFD_CLOEXEC, kFirstFreeDescriptor));
    if (!duplicates.back())
      return fail(Errc::kIo, std::strerror(errno), options.argv.front(), "raise the limit on open files");
    posix_spawn_file_actions_adddup2(&plan.actions, duplicates.back().get(), theirs);
  }

  sigset_t none;
  sigset_t defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGCHLD}) sigaddset(&defaults, number);
  posix_spawnattr_setsigmask(&plan.attributes, &none);
  posix_spawnattr_setsigdefault(&plan.attributes, &defaults);
  posix_spawnattr_setpgroup(&plan.attributes, 0);
  posix_spawnattr_setflags(&plan.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

  std::vector<std::string> arguments = options.argv;
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, argv.front(), &plan.actions, &plan.attributes, argv.data(), environ);
  if (error == ENOENT) return fail(Errc::kServiceMissing, "no such program", options.argv.front(), "install it");
  if (error != 0) return fail(Errc::kIo, std::strerror(error), options.argv.front(), "check that it may be run");
  return ChildProcess(pid);
}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  signal(SIGKILL);
  wait();
}

void ChildProcess::signal(int number) noexcept {
  if (pid_ > 0) ::kill(pid_, number);
}

void ChildProcess::signal_group(int number) noexcept {
  if (pid_ > 0) ::kill(-pid_, number);
  signal(number);  // it may have left the group itself
}

ChildProcess::Exit ChildProcess::wait() noexcept {
  if (pid_ < 0) return {};
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return decode(status);
}

std::optional<ChildProcess::Exit> ChildProcess::wait_for(std::chrono::milliseconds timeout) noexcept {
  if (pid_ < 0) return Exit{};
  const UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  pollfd ready{.fd = handle.get(), .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, static_cast<int>(timeout.count())) <= 0) return std::nullopt;
  return wait();
}

}  // namespace voicestand::posix
