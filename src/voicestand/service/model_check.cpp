#include "voicestand/service/model_check.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "voicestand/lib/openssl/sha256.h"
#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/service/model_file_error.h"

namespace voicestand::service {

bool has_size(const std::filesystem::path& path, const ModelFile& file) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         static_cast<std::uint64_t>(status.st_size) == file.size_bytes;
}

Result<void> check_model_file(const std::filesystem::path& path, const ModelFile& file,
                              const std::function<bool(std::uint64_t)>& go_on) {
  const posix::UniqueFd descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!descriptor && (errno == ENOENT || errno == ENOTDIR)) {
    return fail(Errc::kModelMissing, "not there", path.string(), "");
  }
  struct stat status{};
  if (!descriptor || ::fstat(descriptor.get(), &status) != 0) return file_error(errno, path);
  if (!S_ISREG(status.st_mode)) return fail(Errc::kBadData, "not a regular file", path.string(), "");
  if (static_cast<std::uint64_t>(status.st_size) != file.size_bytes) {
    return fail(Errc::kBadData, fmt::format("{} bytes instead of {}", status.st_size, file.size_bytes), path.string());
  }
  const auto hash = openssl::sha256_of(descriptor.get(), go_on);
  if (!hash) return fail(hash.error().code, hash.error().what, path.string(), hash.error().remedy);
  if (*hash != file.sha256) {
    return fail(Errc::kBadData, fmt::format("SHA-256 is {} instead of {}", *hash, file.sha256), path.string());
  }
  return {};
}

}  // namespace voicestand::service
