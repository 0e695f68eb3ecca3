#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace voicestand {

// What went wrong, grouped by what the caller can do about it. The set is closed; the command line's exit codes follow
// from the groups (see exit_code.h).
enum class Errc : std::uint8_t {
  // Ask differently: the request itself makes no sense.
  kUsage,
  // Give another input: this one was read and refused.
  kBadAudio,
  kBadModel,
  kBadConfig,
  kBadData,
  kNotFound,
  // Install, plug in, start or permit something first.
  kDeviceMissing,
  kServiceMissing,
  kModelMissing,
  // It failed while running; trying again may help.
  kIo,
  kNoSpace,
  kNetwork,
  kWorkerFailed,
  // The user or a signal stopped it.
  kInterrupted,
};

// An error as a value: what happened, where (file, device, address; may be empty), and what the user can do.
struct Error {
  Errc code;
  std::string what;
  std::string where;
  std::string remedy;

  // "<where>: <what>: <remedy>", leaving out what is empty. Thread: any. Real-time: no, allocates.
  [[nodiscard]] std::string message() const;
};

template <typename T>
using Result = std::expected<T, Error>;

// Shorthand for returning an error: `return fail(Errc::kIo, "cannot read", path, "check its permissions");`
[[nodiscard, gnu::cold]] std::unexpected<Error> fail(Errc code, std::string_view what, std::string_view where = {},
                                                     std::string_view remedy = {});

}  // namespace voicestand
