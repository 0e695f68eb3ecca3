#include "voicestand/platform/code_pages.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace voicestand::platform {
namespace {

struct Pages {
  std::uintptr_t first = 0;  // of them, its number
  std::uintptr_t end = 0;
};

// Pages of the file that hold something else in this process are its own: relocated code, a debugger's breakpoints.
bool all_of_the_file(int pagemap, Pages pages) noexcept {
  constexpr std::uint64_t kPresent = std::uint64_t{1} << 63U;
  constexpr std::uint64_t kSwapped = std::uint64_t{1} << 62U;
  constexpr std::uint64_t kOfAFile = std::uint64_t{1} << 61U;
  std::array<std::uint64_t, 512> entries{};
  for (std::uintptr_t at = pages.first; at < pages.end;) {
    const std::size_t count = std::min<std::size_t>(entries.size(), pages.end - at);
    const auto wanted = static_cast<ssize_t>(count * sizeof entries[0]);
    if (::pread(pagemap, entries.data(), static_cast<std::size_t>(wanted),
                static_cast<off_t>(at * sizeof entries[0])) != wanted) {
      return false;
    }
    const bool unchanged = std::all_of(
        entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(count),
        [](std::uint64_t entry) { return (entry & (kPresent | kSwapped)) == 0 || (entry & kOfAFile) != 0; });
    if (!unchanged) return false;
    at += count;
  }
  return true;
}

// The kernel releases no locked pages; what was locked is so again as soon as it is back.
void release(void* start, std::size_t size_bytes) noexcept {
  if (::madvise(start, size_bytes, MADV_DONTNEED) == 0 || errno != EINVAL) return;
  if (::munlock(start, size_bytes) != 0) return;
  ::madvise(start, size_bytes, MADV_DONTNEED);
  ::mlock2(start, size_bytes, MLOCK_ONFAULT);
}

int release_read_only_segments(dl_phdr_info* object, std::size_t, void* pagemap) noexcept {
  static const auto kPageBytes = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t start = object->dlpi_addr + segment.p_vaddr;
    const Pages pages{.first = start / kPageBytes, .end = (start + segment.p_memsz + kPageBytes - 1) / kPageBytes};
    if (!all_of_the_file(*static_cast<const int*>(pagemap), pages)) continue;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader tells addresses as numbers
    release(reinterpret_cast<void*>(pages.first * kPageBytes), (pages.end - pages.first) * kPageBytes);
  }
  return 0;
}

}  // namespace

void release_code_pages() noexcept {
  int pagemap = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  if (pagemap < 0) return;
  ::dl_iterate_phdr(release_read_only_segments, &pagemap);
  ::close(pagemap);
}

}  // namespace voicestand::platform
