#include "voicestand/lib/posix/private_folder.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace voicestand::posix {
namespace {

constexpr off_t kMaxReadBytes = off_t{512} << 20;
// Nothing is followed, and what is no file holds nobody up.
constexpr int kSafely = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;

std::error_code last_error() noexcept {
  return {errno, std::generic_category()};
}

std::unexpected<Error> failed(int error, std::string_view path) {
  return fail(error == ENOSPC || error == EDQUOT ? Errc::kNoSpace : Errc::kIo, std::strerror(error), path);
}

class PrivateFile final : public Folder::File {
 public:
  explicit PrivateFile(UniqueFd fd) noexcept : fd_(std::move(fd)) {}

  std::error_code write(std::uint64_t at, std::span<const std::byte> bytes, std::size_t& count) override {
    for (;;) {
      const ssize_t wrote = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return last_error();
      count = static_cast<std::size_t>(wrote);
      if (count == 0) return std::make_error_code(std::errc::no_space_on_device);
      return {};
    }
  }

  std::error_code sync() override { return ::fdatasync(fd_.get()) != 0 ? last_error() : std::error_code(); }

  void reserve(std::uint64_t size_bytes) noexcept override {
    // Not posix_fallocate(), which writes to each block where the file system cannot.
    (void)::fallocate(fd_.get(), 0, 0, static_cast<off_t>(size_bytes));
  }

 private:
  UniqueFd fd_;
};

}  // namespace

Result<std::unique_ptr<Folder>> PrivateFolder::open(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) return failed(error.value(), path.parent_path().native());
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return failed(errno, path.native());
  UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | kSafely));
  struct stat status{};
  if (!folder && (errno == ELOOP || errno == ENOTDIR))
    return fail(Errc::kIo, "it is no folder, or a symbolic link", path.native(), "remove it");
  if (!folder || ::fstat(folder.get(), &status) != 0) return failed(errno, path.native());
  if (status.st_uid != ::geteuid()) return fail(Errc::kIo, "it belongs to someone else", path.native(), "remove it");
  if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failed(errno, path.native());
    return fail(Errc::kIo, "another voicestand is using it", path.native(), "stop that one first");
  }
  constexpr mode_t kEverybody = 07777;
  if ((status.st_mode & kEverybody) != S_IRWXU && ::fchmod(folder.get(), S_IRWXU) != 0 &&
      (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return failed(errno, path.native());
  return std::unique_ptr<Folder>(new PrivateFolder(std::move(folder), path.native()));
}

std::error_code PrivateFolder::list(std::vector<Entry>& entries) {
  UniqueFd again(::openat(folder_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!again) return last_error();
  DIR* const listing = ::fdopendir(again.get());
  if (listing == nullptr) return last_error();
  (void)again.release();  // closedir() closes it
  while (const dirent* const entry = ::readdir(listing)) {
    struct stat status{};
    if (::fstatat(folder_.get(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode))
      continue;
    entries.push_back({.name = entry->d_name, .size_bytes = static_cast<std::uint64_t>(status.st_size)});
  }
  ::closedir(listing);
  return {};
}

std::error_code PrivateFolder::open(const std::string& name, std::unique_ptr<File>& file) {
  UniqueFd fd(::openat(folder_.get(), name.c_str(), O_WRONLY | O_CREAT | kSafely, 0600));
  if (!fd) return last_error();
  file = std::make_unique<PrivateFile>(std::move(fd));
  return {};
}

std::error_code PrivateFolder::read(const std::string& name, std::vector<std::byte>& bytes) {
  const UniqueFd fd(::openat(folder_.get(), name.c_str(), O_RDONLY | kSafely));
  struct stat status{};
  if (!fd || ::fstat(fd.get(), &status) != 0) return last_error();
  if (!S_ISREG(status.st_mode) || status.st_size > kMaxReadBytes)
    return std::make_error_code(std::errc::invalid_argument);
  bytes.resize(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = ::read(fd.get(), &bytes[filled], bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return last_error();
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return {};
}

std::error_code PrivateFolder::remove(const std::string& name) {
  if (::unlinkat(folder_.get(), name.c_str(), 0) != 0 && errno != ENOENT) return last_error();
  return {};
}

std::error_code PrivateFolder::rename(const std::string& from, const std::string& to) {
  if (::renameat(folder_.get(), from.c_str(), folder_.get(), to.c_str()) != 0) return last_error();
  return {};
}

std::error_code PrivateFolder::sync() {
  // Some file systems cannot, and say so.
  if (::fsync(folder_.get()) != 0 && errno != EINVAL) return last_error();
  return {};
}

}  // namespace voicestand::posix
