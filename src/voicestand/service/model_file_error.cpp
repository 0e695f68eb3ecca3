#include "voicestand/service/model_file_error.h"

#include <cerrno>
#include <system_error>

namespace voicestand::service {

std::unexpected<Error> file_error(int system_error, const std::filesystem::path& path) {
  const bool full = system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
  return fail(full ? Errc::kNoSpace : Errc::kIo, std::generic_category().message(system_error), path.string(),
              full ? "make room on the disk and try again" : "check the permissions of the file and its folder");
}

}  // namespace voicestand::service
