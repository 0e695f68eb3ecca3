#include "voicestand/platform/memory_locking.h"

#include <cerrno>
#include <cstring>

#include <malloc.h>
#include <sys/mman.h>

namespace voicestand::platform {

Result<void> lock_memory() {
  ::malloc_trim(0);  // what start-up freed would be locked as well, and could not go any more
  // ONFAULT: without it the whole of each thread's stack would be filled in.
  if (::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0) return {};
  const char* const remedy =
      "allow it with 'memlock unlimited' for your user in /etc/security/limits.d/ and log in again";
  const Errc code = errno == ENOMEM ? Errc::kNoSpace : Errc::kServiceMissing;
  return fail(code, std::strerror(errno), "mlockall", remedy);
}

}  // namespace voicestand::platform
