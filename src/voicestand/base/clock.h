#pragma once

#include <chrono>

#include "voicestand/base/realtime.h"

namespace voicestand {

// Monotonic time, injected so that tests run in virtual time.
class Clock {
 public:
  using Duration = std::chrono::nanoseconds;
  using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

  virtual ~Clock() = default;

  // Thread: any. Real-time: yes, wait-free.
  [[nodiscard]] virtual TimePoint now() const noexcept VS_REALTIME = 0;
};

// CLOCK_MONOTONIC, read through the vDSO.
class SteadyClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const noexcept VS_REALTIME override;
};

// Stands still until told to move. Thread: one.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const noexcept VS_REALTIME override { return now_; }
  void advance(Duration by) noexcept { now_ += by; }

 private:
  TimePoint now_{};
};

}  // namespace voicestand
