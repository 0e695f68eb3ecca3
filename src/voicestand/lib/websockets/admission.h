#pragma once

#include <string>
#include <string_view>

#include "voicestand/base/result.h"

namespace voicestand::websockets {

// Where a server listens, as people write it: "127.0.0.1:9464", "localhost:0", "[::1]:9464".
struct Address {
  std::string host;  // an IP address, without brackets
  int port = 0;      // 0: whatever is free

  // Thread: any. Real-time: no. Errors: kUsage for what is no IP address and port; other names are not looked up.
  [[nodiscard]] static Result<Address> parse(std::string_view text);

  // Reachable from this machine alone.
  [[nodiscard]] bool loopback() const;
  // "127.0.0.1:9464", "[::1]:9464".
  [[nodiscard]] std::string text() const;
};

// What a request says of where it comes from. Empty: nothing.
struct Visitor {
  std::string_view host;    // the Host header
  std::string_view origin;  // the Origin header: the page that asks, if it is one
  std::string_view token;
};

// Who is let in. On loopback there is no token, and it is the Host that tells our own page from one whose name leads
// here (DNS rebinding); elsewhere it is the token.
class Admission {
 public:
  // Thread: any. Errors: kUsage where others than this machine could come and there is no token.
  [[nodiscard]] static Result<Admission> create(const Address& address, std::string token);

  // Thread: any. Real-time: no.
  [[nodiscard]] bool admits(const Visitor& visitor) const;

 private:
  explicit Admission(std::string token) : token_(std::move(token)) {}
  std::string token_;  // empty: none is asked for
};

}  // namespace voicestand::websockets
