#pragma once

#include <curl/curl.h>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/shared_library.h"

// clang-format off
#define VS_CURL_FUNCTIONS(each) \
  each(curl_easy_cleanup) each(curl_easy_getinfo) each(curl_easy_init) each(curl_easy_perform) \
  each(curl_easy_setopt) each(curl_easy_strerror) each(curl_free) each(curl_url) each(curl_url_cleanup) \
  each(curl_url_get) each(curl_url_set) each(curl_global_init)
// clang-format on

namespace voicestand::curl {

// What is used of libcurl.
struct Library {
  VS_CURL_FUNCTIONS(VS_FUNCTION_MEMBER)

  void find_in(posix::SharedLibrary& library) noexcept { VS_CURL_FUNCTIONS(VS_FUNCTION_FIND) }

  // Thread: any. Real-time: no, opens the library when asked for the first time. Errors: kServiceMissing.
  [[nodiscard]] static const Result<Library>& get();
};

}  // namespace voicestand::curl
