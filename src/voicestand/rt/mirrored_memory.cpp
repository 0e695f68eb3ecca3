#include "voicestand/rt/mirrored_memory.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

namespace voicestand::rt {
namespace {

constexpr std::size_t kMaxSizeBytes = std::size_t{1} << 30U;

std::unexpected<Error> refused(const char* call) {
  const int reason = errno;
  const bool short_of_memory = reason == ENOMEM || reason == ENOSPC || reason == EMFILE || reason == ENFILE;
  return fail(short_of_memory ? Errc::kNoSpace : Errc::kIo, std::strerror(reason), call,
              "close other programs and try again");
}

// `descriptor`'s bytes, both times. The address space of both is reserved first, so that nothing else can be there.
Result<std::byte*> map_twice(int descriptor, std::size_t size_bytes) {
  void* const reserved = ::mmap(nullptr, 2 * size_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (reserved == MAP_FAILED) return refused("mmap");
  auto* const data = static_cast<std::byte*>(reserved);
  for (std::byte* const copy : {data, data + size_bytes}) {
    constexpr int kFlags = MAP_SHARED | MAP_FIXED | MAP_POPULATE;
    if (::mmap(copy, size_bytes, PROT_READ | PROT_WRITE, kFlags, descriptor, 0) == MAP_FAILED) {
      const auto error = refused("mmap");
      ::munmap(reserved, 2 * size_bytes);
      return error;
    }
  }
  return data;
}

}  // namespace

Result<MirroredMemory> MirroredMemory::create(std::size_t min_size_bytes) {
  if (min_size_bytes == 0 || min_size_bytes > kMaxSizeBytes) {
    return fail(Errc::kUsage, "memory of " + std::to_string(min_size_bytes) + " bytes cannot be mirrored");
  }
  const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t size_bytes = std::bit_ceil(std::max(min_size_bytes, page_bytes));
  const int descriptor = ::memfd_create("voicestand-ring", MFD_CLOEXEC);
  if (descriptor < 0) return refused("memfd_create");
  Result<std::byte*> data = ::ftruncate(descriptor, static_cast<off_t>(size_bytes)) == 0
                                ? map_twice(descriptor, size_bytes)
                                : Result<std::byte*>(refused("ftruncate"));
  ::close(descriptor);
  if (!data) return std::unexpected(std::move(data.error()));
  return MirroredMemory(*data, size_bytes);
}

MirroredMemory::~MirroredMemory() {
  if (data_ != nullptr) ::munmap(data_, 2 * size_bytes_);
}

}  // namespace voicestand::rt
