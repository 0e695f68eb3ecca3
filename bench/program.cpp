#include "bench/program.h"

#include <cstdlib>
#include <exception>

#include <signal.h>
#include <unistd.h>

#include "console.h"

namespace voicestand::bench {

int run_program(ExitCode (*work)(int argc, char** argv), int argc, char** argv) {
  // Whoever started this may have blocked them.
  sigset_t ending;
  sigemptyset(&ending);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    sigaddset(&ending, number);
    ::signal(number, [](int) { ::_exit(static_cast<int>(ExitCode::kInterrupted)); });
  }
  ::sigprocmask(SIG_UNBLOCK, &ending, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  try {
    return static_cast<int>(work(argc, argv));
  } catch (const std::exception& error) {
    app::remark(error.what());
    return static_cast<int>(ExitCode::kFailed);
  }
}

Result<void> check_output(const std::string& path, const std::string& option) {
  if (path.empty()) return {};
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (::access(folder.c_str(), W_OK) == 0) return {};
  return fail(Errc::kIo, "cannot write into this folder", folder, "name another with " + option);
}

void hide_user_folders() {
  for (const char* name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME"})
    ::setenv(name, "/nonexistent", 1);  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace voicestand::bench
