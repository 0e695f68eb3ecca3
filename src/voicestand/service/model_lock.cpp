#include "voicestand/service/model_lock.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "voicestand/service/model_file_error.h"

namespace voicestand::service {
namespace {

constexpr int kAttempts = 100;  // each is lost only to a holder that lets go in just that moment

// True while the descriptor's file is the one that the name leads to: the last holder may have removed it.
bool still_there(int descriptor, const std::filesystem::path& file) {
  struct stat held{};
  struct stat named{};
  return ::fstat(descriptor, &held) == 0 && ::stat(file.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

}  // namespace

Result<ModelLock> ModelLock::take(const std::filesystem::path& models_folder, const std::string& id) {
  std::error_code error;
  std::filesystem::create_directories(models_folder, error);
  if (error) return file_error(error.value(), models_folder);
  std::filesystem::path file = models_folder / ("." + id + ".lock");
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    posix::UniqueFd descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!descriptor) return file_error(errno, file);
    if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno != EWOULDBLOCK) return file_error(errno, file);
      return fail(Errc::kIo, "another voicestand is changing this model", id, "wait until it has finished");
    }
    if (still_there(descriptor.get(), file)) return ModelLock(std::move(descriptor), std::move(file));
  }
  return fail(Errc::kIo, "the lock is never free", file.string(), "wait until other pulls have finished");
}

ModelLock::~ModelLock() {
  if (descriptor_) ::unlink(file_.c_str());  // before it is let go: whoever waits sees that it is gone
}

}  // namespace voicestand::service
