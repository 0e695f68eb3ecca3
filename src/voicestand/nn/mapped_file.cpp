#include "voicestand/nn/mapped_file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace voicestand::nn {
namespace {

constexpr off_t kMaxSizeBytes = off_t{1} << 31;  // the serialisation itself ends there

Result<MappedFile> refuse(const std::string& path, const char* what) {
  return fail(Errc::kBadModel, what, path, "fetch the model again");
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return fail(Errc::kModelMissing, "no such model file", path, "fetch the model");
  if (fd < 0) return fail(Errc::kIo, std::strerror(errno), path, "check its permissions");

  struct stat status{};
  void* memory = MAP_FAILED;
  const int stat_error = ::fstat(fd, &status) == 0 ? 0 : errno;
  const bool fits = stat_error == 0 && S_ISREG(status.st_mode) && status.st_size > 0 && status.st_size <= kMaxSizeBytes;
  const auto size_bytes = static_cast<std::size_t>(status.st_size);
  if (fits) memory = ::mmap(nullptr, size_bytes, PROT_READ, MAP_PRIVATE, fd, 0);
  const int map_error = errno;
  ::close(fd);

  if (stat_error != 0) return fail(Errc::kIo, std::strerror(stat_error), path, "try again");
  if (!S_ISREG(status.st_mode)) return refuse(path, "is not a file");
  if (status.st_size == 0) return refuse(path, "is empty");
  if (!fits) return refuse(path, "is larger than 2 GiB");
  if (memory == MAP_FAILED) return fail(Errc::kIo, std::strerror(map_error), path, "free some memory and try again");
  return MappedFile({static_cast<const std::byte*>(memory), size_bytes});
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace voicestand::nn
