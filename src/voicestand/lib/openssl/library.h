#pragma once

#include <openssl/evp.h>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/shared_library.h"

// clang-format off
#define VS_CRYPTO_FUNCTIONS(each) \
  each(EVP_DigestFinal_ex) each(EVP_DigestInit_ex) each(EVP_DigestUpdate) each(EVP_MD_CTX_free) \
  each(EVP_MD_CTX_new) each(EVP_sha256)
// clang-format on

namespace voicestand::openssl {

// What is used of OpenSSL's libcrypto.
struct Library {
  VS_CRYPTO_FUNCTIONS(VS_FUNCTION_MEMBER)

  void find_in(posix::SharedLibrary& library) noexcept { VS_CRYPTO_FUNCTIONS(VS_FUNCTION_FIND) }

  // Thread: any. Real-time: no, opens the library when asked for the first time. Errors: kServiceMissing.
  [[nodiscard]] static const Result<Library>& get();
};

}  // namespace voicestand::openssl
