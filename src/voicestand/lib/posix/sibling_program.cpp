#include "voicestand/lib/posix/sibling_program.h"

#include <array>
#include <cstddef>

#include <unistd.h>

namespace voicestand::posix {

std::string sibling_program(std::string_view name) {
  std::array<char, 4096> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  const std::string program(path.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  return program.substr(0, program.rfind('/')).append("/").append(name);
}

}  // namespace voicestand::posix
