#include "voicestand/platform/disk_space.h"

#include <cerrno>
#include <cstddef>

#include <sys/statvfs.h>

namespace voicestand::platform {

std::optional<double> free_disk_share(const std::string& path) {
  std::string folder = path;
  struct statvfs disk{};
  while (::statvfs(folder.c_str(), &disk) != 0) {
    const std::size_t slash = folder.rfind('/');
    if (errno != ENOENT || slash == std::string::npos || folder == "/") return std::nullopt;
    folder.resize(slash == 0 ? 1 : slash);
  }
  if (disk.f_blocks == 0) return std::nullopt;
  return static_cast<double>(disk.f_bavail) / static_cast<double>(disk.f_blocks);
}

}  // namespace voicestand::platform
