#include "voicestand/service/model_part_file.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "voicestand/service/model_file_error.h"

namespace voicestand::service {
namespace {

constexpr std::uint64_t kBytesPerMb = 1'000'000;

}  // namespace

Result<ModelPartFile> ModelPartFile::open(const std::filesystem::path& final_path) {
  std::filesystem::path path = final_path;
  path += ".part";
  posix::UniqueFd descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644));
  struct stat status{};
  if (!descriptor || ::fstat(descriptor.get(), &status) != 0) return file_error(errno, path);
  if (!S_ISREG(status.st_mode)) return fail(Errc::kIo, "not a regular file", path.string(), "remove it");
  if (::lseek(descriptor.get(), 0, SEEK_END) < 0) return file_error(errno, path);
  return ModelPartFile(std::move(descriptor), std::move(path), final_path, static_cast<std::uint64_t>(status.st_size));
}

Result<void> ModelPartFile::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor_.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return file_error(errno, path_);
    size_bytes_ += static_cast<std::uint64_t>(wrote);
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
  return {};
}

Result<void> ModelPartFile::start_over() {
  if (::ftruncate(descriptor_.get(), 0) != 0 || ::lseek(descriptor_.get(), 0, SEEK_SET) != 0) {
    return file_error(errno, path_);
  }
  size_bytes_ = 0;
  return {};
}

Result<void> ModelPartFile::check_room_for(std::uint64_t bytes) const {
  struct statvfs disk{};
  if (::fstatvfs(descriptor_.get(), &disk) != 0) return {};  // then writing will tell
  const std::uint64_t room = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  if (room >= bytes) return {};
  return fail(Errc::kNoSpace,
              fmt::format("{} MB are needed and {} MB are free", bytes / kBytesPerMb + 1, room / kBytesPerMb),
              path_.parent_path().string(), "make room on the disk and try again");
}

Result<void> ModelPartFile::put_in_place() {
  if (::fsync(descriptor_.get()) != 0 || ::rename(path_.c_str(), final_path_.c_str()) != 0) {
    return file_error(errno, final_path_);
  }
  const posix::UniqueFd folder(::open(final_path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) ::fsync(folder.get());  // some file systems cannot; the file itself is safe
  return {};
}

void ModelPartFile::discard() noexcept {
  ::unlink(path_.c_str());
}

}  // namespace voicestand::service
