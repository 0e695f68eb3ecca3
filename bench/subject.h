#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "voicestand/base/result.h"

namespace voicestand::bench {

using Seconds = std::chrono::duration<double>;

// Does the work so many times and says what that took.
using Spend = std::function<Seconds(std::uint64_t iterations)>;

// One of several that do the same work.
struct Subject {
  enum class Side : std::uint8_t {
    kOurs,
    kPeer,
    kBeside,  // measured in the same rounds for people to see, with no ratio
  };

  Side side = Side::kOurs;
  std::string name;  // of ours: its variant, empty for the plain one; a peer's is one of those that the JSON may hold
  Spend spend;
};

[[nodiscard]] inline Subject ours(std::string variant, Spend spend) {
  return {.side = Subject::Side::kOurs, .name = std::move(variant), .spend = std::move(spend)};
}
[[nodiscard]] inline Subject peer(std::string name, Spend spend) {
  return {.side = Subject::Side::kPeer, .name = std::move(name), .spend = std::move(spend)};
}
[[nodiscard]] inline Subject beside(std::string name, Spend spend) {
  return {.side = Subject::Side::kBeside, .name = std::move(name), .spend = std::move(spend)};
}

// Thread: any. `work()` is called for each iteration, by the wall clock.
template <typename Work>
[[nodiscard]] Spend timed(Work work) {
  return [work = std::move(work)](std::uint64_t iterations) mutable {
    const auto begin = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < iterations; ++i) work();
    return Seconds(std::chrono::steady_clock::now() - begin);
  };
}

// The first error of subjects that can fail; where there is one, the figures are worth nothing. Thread: one.
using FirstError = std::shared_ptr<Result<void>>;

[[nodiscard]] inline FirstError no_error_yet() {
  return std::make_shared<Result<void>>();
}
inline void take_note(const FirstError& first, const Error& error) {
  if (*first) *first = std::unexpected(error);
}

// Thread: any. `work()` is called for each iteration and tells itself what that took, a Result<Seconds>; what fails
// counts as a second.
template <typename Work>
[[nodiscard]] Spend told(Work work, FirstError first) {
  return [work = std::move(work), first = std::move(first)](std::uint64_t iterations) {
    Seconds spent{0};
    for (std::uint64_t i = 0; i < iterations; ++i) {
      const Result<Seconds> took = work();
      if (!took) take_note(first, took.error());
      spent += took.value_or(Seconds(1));
    }
    return spent;
  };
}

// The compiler may neither leave out nor foresee what is written to `value`.
template <typename T>
inline void keep(T& value) noexcept {
  asm volatile("" : "+m"(value) : : "memory");
}

}  // namespace voicestand::bench
