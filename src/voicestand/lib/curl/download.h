#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "voicestand/base/result.h"

namespace voicestand::curl {

// Thread: any. Real-time: no. Whether curl is there. Errors: kServiceMissing.
[[nodiscard]] Result<void> check_library();

// An address that may be downloaded from: https, or http where the host is this machine; no user name, no password.
// Thread: any. Real-time: no. Errors: kUsage, kServiceMissing.
[[nodiscard]] Result<void> check_address(const std::string& address);

struct Request {
  std::string address;
  std::uint64_t from_byte = 0;  // > 0 asks for the rest alone; the server may give everything all the same
  std::chrono::milliseconds connect_timeout{15'000};
  std::chrono::seconds stall_timeout{30};  // with less than kStallBytesPerSecond for so long it is given up
};
inline constexpr std::uint64_t kStallBytesPerSecond = 128;

// What the server says before the body of its last answer (redirects are followed).
struct Response {
  long status = 0;
  std::optional<std::uint64_t> body_bytes;   // of this answer, as the server says
  std::optional<std::uint64_t> first_byte;   // of a partial answer
  std::optional<std::uint64_t> whole_bytes;  // of a partial answer: the whole file's size
};

// Why it ended early.
struct Failure {
  Error error;
  bool passing = false;  // worth another attempt: the connection or the server's state, not the request
  long status = 0;       // the server's, from 400 on
};

struct Receiver {
  // Called once, before any body. An error ends the transfer and is handed on.
  std::function<Result<void>(const Response&)> begin;
  std::function<Result<void>(std::span<const std::byte>)> body;
};

// GET. A status from 400 on is a failure (5xx, 408, 425 and 429 are passing) whose body is not delivered; redirects go
// to https alone, unless the address was on this machine. `stop` ends it within about a second with kInterrupted.
// Thread: any; the receiver is called from within. Real-time: no. Errors: kNetwork, kUsage (see
// check_address), kServiceMissing, kInterrupted, the receiver's.
[[nodiscard]] std::expected<Response, Failure> download(const Request& request, const Receiver& receiver,
                                                        const std::stop_token& stop);

}  // namespace voicestand::curl
