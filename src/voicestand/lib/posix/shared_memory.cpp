#include "voicestand/lib/posix/shared_memory.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace voicestand::posix {
namespace {

constexpr int kSizeSeals = F_SEAL_SHRINK | F_SEAL_GROW;

}  // namespace

Result<SharedMemory> SharedMemory::create(const char* name, std::size_t size_bytes) {
  UniqueFd fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return fail(Errc::kIo, std::strerror(errno), name, "raise the limit on open files");
  if (::ftruncate(fd.get(), static_cast<off_t>(size_bytes)) != 0 ||
      ::fcntl(fd.get(), F_ADD_SEALS, kSizeSeals | F_SEAL_SEAL) != 0) {
    return fail(Errc::kIo, std::strerror(errno), name);
  }
  return map(std::move(fd), size_bytes, true);
}

Result<SharedMemory> SharedMemory::attach(UniqueFd fd, std::size_t size_bytes) {
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return fail(Errc::kIo, std::strerror(errno), "shared memory");
  const int seals = ::fcntl(fd.get(), F_GET_SEALS);
  if (seals < 0 || (seals & F_SEAL_SHRINK) == 0) return fail(Errc::kBadData, "its size is not sealed", "shared memory");
  if (status.st_size < 0 || static_cast<std::size_t>(status.st_size) < size_bytes) {
    return fail(Errc::kBadData, "it is too small", "shared memory");
  }
  return map(std::move(fd), size_bytes, false);
}

Result<SharedMemory> SharedMemory::map(UniqueFd fd, std::size_t size_bytes, bool writable) {
  void* const start =
      ::mmap(nullptr, size_bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd.get(), 0);
  if (start == MAP_FAILED) return fail(Errc::kIo, std::strerror(errno), "shared memory");
  return SharedMemory(std::move(fd), {static_cast<std::byte*>(start), size_bytes}, writable);
}

SharedMemory& SharedMemory::operator=(SharedMemory&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(bytes_, other.bytes_);
  std::swap(writable_, other.writable_);
  return *this;
}

SharedMemory::~SharedMemory() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

}  // namespace voicestand::posix
