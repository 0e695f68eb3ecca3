#include "console.h"

#include <cerrno>
#include <cstring>
#include <string>

#include <unistd.h>

namespace voicestand::app {
namespace {

Result<void> write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno == EPIPE) {
      return fail(Errc::kIo, "the program that read the output has gone", "standard output");
    } else if (written < 0 && errno == ENOSPC) {
      return fail(Errc::kNoSpace, "the disk is full", "standard output", "make room and run it again");
    } else if (written < 0 && errno != EINTR) {
      return fail(Errc::kIo, std::strerror(errno), "standard output", "check where the output goes");
    }
  }
  return {};
}

}  // namespace

Result<void> write_out(std::string_view text) {
  return write_all(STDOUT_FILENO, text);
}

ExitCode complain(const Error& error) {
  std::string message = error.message();
  for (char& c : message) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  remark(message);
  return exit_code_of(error.code);
}

void remark(std::string_view text) {
  std::string line = "voicestand: ";
  line += text;
  line += '\n';
  // There is nobody left to tell when standard error is gone.
  (void)write_all(STDERR_FILENO, line);
}

}  // namespace voicestand::app
