#include "output_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::app {
namespace {

Error error_of(int number, const std::string& path) {
  if (number == ENOSPC || number == EDQUOT)
    return {Errc::kNoSpace, "the disk is full", path, "make room and run it again"};
  return {Errc::kIo, std::strerror(number), path, "check the folder and its permissions"};
}

}  // namespace

Result<void> write_file(const std::string& path, std::string_view text) {
  constexpr mode_t kMode = 0666;  // less the user's umask
  const std::string partial = path + ".part";
  const posix::UniqueFd file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, kMode));
  if (!file) return std::unexpected(error_of(errno, path));
  const auto give_up = [&](int number) {
    ::unlink(partial.c_str());
    return std::unexpected(error_of(number, path));
  };
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return give_up(errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0 && errno != EINVAL) return give_up(errno);
  if (std::rename(partial.c_str(), path.c_str()) != 0) return give_up(errno);
  return {};
}

}  // namespace voicestand::app
