#pragma once

#include <sndfile.h>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/shared_library.h"

// clang-format off
#define VS_SNDFILE_FUNCTIONS(each) \
  each(sf_close) each(sf_error) each(sf_open_fd) each(sf_readf_float) each(sf_strerror)
// clang-format on

namespace voicestand::sndfile {

// What is used of libsndfile.
struct Library {
  VS_SNDFILE_FUNCTIONS(VS_FUNCTION_MEMBER)

  void find_in(posix::SharedLibrary& library) noexcept { VS_SNDFILE_FUNCTIONS(VS_FUNCTION_FIND) }

  // Thread: any. Real-time: no, opens the library when asked for the first time. Errors: kServiceMissing.
  [[nodiscard]] static const Result<Library>& get();
};

}  // namespace voicestand::sndfile
