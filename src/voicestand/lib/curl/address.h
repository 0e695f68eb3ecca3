#pragma once

#include <string>
#include <string_view>

#include "voicestand/base/result.h"

namespace voicestand::curl {

// An address that may be downloaded from.
class Address {
 public:
  // Thread: any. Real-time: no. Errors: kUsage for what is not https, or http on this machine, and for user names;
  // kServiceMissing where it takes curl to tell, and that is not installed.
  [[nodiscard]] static Result<Address> parse(const std::string& text);
  // The same, always taken apart by the parser that a download uses.
  [[nodiscard]] static Result<Address> parse_by_library(const std::string& text);

  // Plain http, which is tolerated because it does not leave this machine.
  [[nodiscard]] bool loopback_http() const noexcept { return loopback_http_; }

 private:
  explicit Address(bool loopback_http) noexcept : loopback_http_(loopback_http) {}
  bool loopback_http_;
};

// Thread: any. Real-time: no. Whether it is https without anything that two parsers could see differently: a host that
// is a name, and a path of ordinary letters; no user, port, query or escapes. The addresses of the models that everyone
// has are, so that starting the program does not open curl.
[[nodiscard]] bool is_plain_https(std::string_view text) noexcept;

}  // namespace voicestand::curl
