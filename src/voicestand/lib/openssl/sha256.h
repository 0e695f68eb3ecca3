#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "voicestand/base/result.h"

struct evp_md_ctx_st;

namespace voicestand::openssl {

// Thread: any. Real-time: no. Whether OpenSSL is there. Errors: kServiceMissing.
[[nodiscard]] Result<void> check_library();

// SHA-256 of what is given piece by piece. Thread: one at a time. Real-time: no.
class Sha256 {
 public:
  // Errors: kServiceMissing where the library is not there or has no SHA-256 to offer.
  [[nodiscard]] static Result<Sha256> create();

  [[nodiscard]] Result<void> update(std::span<const std::byte> bytes);
  // 64 lower-case hexadecimal digits. Call once.
  [[nodiscard]] Result<std::string> finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  explicit Sha256(std::unique_ptr<evp_md_ctx_st, Free> context) noexcept : context_(std::move(context)) {}
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// Reads from the descriptor's position to the end. `go_on` is asked with the bytes read so far, about once a MiB; false
// ends it with kInterrupted. Thread: any. Real-time: no, reads. Errors: kIo, kServiceMissing,
// kInterrupted.
[[nodiscard]] Result<std::string> sha256_of(int descriptor, const std::function<bool(std::size_t)>& go_on = {});

}  // namespace voicestand::openssl
