#include "voicestand/service/config_file.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::service {
namespace {

constexpr mode_t kNewFileMode = 0644;
constexpr mode_t kPermissions = 07777;

std::unexpected<Error> system_error(int error, const std::filesystem::path& file) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return fail(full ? Errc::kNoSpace : Errc::kIo, std::strerror(error), file.string(),
              full ? "make room on the disk" : "check the file's and its folder's permissions");
}

Result<void> write_all(int descriptor, std::string_view text, const std::filesystem::path& file) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(descriptor, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return system_error(errno, file);
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

}  // namespace

Result<std::optional<std::string>> read_config_file(const std::filesystem::path& file) {
  const posix::UniqueFd descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!descriptor && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (!descriptor) return system_error(errno, file);
  struct stat status{};
  if (::fstat(descriptor.get(), &status) != 0) return system_error(errno, file);
  if (!S_ISREG(status.st_mode)) {
    return fail(Errc::kBadConfig, S_ISDIR(status.st_mode) ? "a folder, not a file" : "not a regular file",
                file.string(), "put a text file in its place");
  }
  std::string text(kMaxConfigBytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(descriptor.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(errno, file);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kMaxConfigBytes) {
    return fail(Errc::kBadConfig, "larger than 1 MiB", file.string(), "this is not a configuration");
  }
  text.resize(size);
  return text;
}

Result<void> replace_config_file(const std::filesystem::path& file, std::string_view text) {
  std::error_code error;
  std::filesystem::path target = std::filesystem::weakly_canonical(file, error);
  if (error) return system_error(error.value(), file);
  std::filesystem::create_directories(target.parent_path(), error);
  if (error) return system_error(error.value(), target.parent_path());

  struct stat status{};
  const bool exists = ::stat(target.c_str(), &status) == 0;
  std::string temporary = target.string() + ".XXXXXX";
  const posix::UniqueFd descriptor(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!descriptor) return system_error(errno, target.parent_path());
  auto written = write_all(descriptor.get(), text, target);
  const mode_t mode = exists ? status.st_mode & kPermissions : kNewFileMode;
  if (written && (::fchmod(descriptor.get(), mode) != 0 || ::fsync(descriptor.get()) != 0 ||
                  ::rename(temporary.c_str(), target.c_str()) != 0)) {
    written = system_error(errno, target);
  }
  if (!written) ::unlink(temporary.c_str());
  return written;
}

}  // namespace voicestand::service
