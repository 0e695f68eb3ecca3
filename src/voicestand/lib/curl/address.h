#pragma once

#include <string>

#include "voicestand/base/result.h"

namespace voicestand::curl {

// An address that may be downloaded from, taken apart by the same parser that curl itself uses.
class Address {
 public:
  // Thread: any. Real-time: no. Errors: kUsage for what is not https, or http on this machine, and for user names.
  [[nodiscard]] static Result<Address> parse(const std::string& text);

  // Plain http, which is tolerated because it does not leave this machine.
  [[nodiscard]] bool loopback_http() const noexcept { return loopback_http_; }

 private:
  explicit Address(bool loopback_http) noexcept : loopback_http_(loopback_http) {}
  bool loopback_http_;
};

}  // namespace voicestand::curl
