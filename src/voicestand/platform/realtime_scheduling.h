#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "voicestand/base/result.h"

namespace voicestand::platform {

inline constexpr int kRealtimePriority = 15;  // above ordinary work, below PipeWire's own threads (88) and RTKit's 20
inline constexpr std::chrono::microseconds kRealtimeLimit{200'000};  // RTKit's bound as well
inline constexpr int kFavouredNice = -11;                            // what PipeWire takes where it gets no more

enum class Scheduling : std::uint8_t {
  kRealtime,  // SCHED_FIFO
  kFavoured,  // normal, with a better nice value
  kNormal,    // as every other thread
  kDemoted,   // was kRealtime and ran for kRealtimeLimit without once waiting; kNormal since
};

// Thread: any. "realtime", "favoured", "normal", "demoted".
[[nodiscard]] std::string_view name_of(Scheduling scheduling) noexcept;

// A thread that goes before others as far as the system lets it: SCHED_FIFO where that is permitted, else a better nice
// value, else nothing. Either holds for the thread alone: what it starts begins as a normal thread.
//
// The process's RLIMIT_RTTIME is lowered to kRealtimeLimit, and a real-time thread that reaches it, which only one that
// never waits can do, becomes a normal one, instead of hanging the machine or being ended by the kernel.
class [[nodiscard]] RaisedThread {
 public:
  // Thread: the one to be raised, and the one that ends it. Real-time: no. `priority`: 1 to 99.
  explicit RaisedThread(int priority = kRealtimePriority);
  RaisedThread(const RaisedThread&) = delete;
  RaisedThread& operator=(const RaisedThread&) = delete;
  ~RaisedThread();

  // Thread: any. Real-time: yes.
  [[nodiscard]] Scheduling scheduling() const noexcept;
  // Thread: any. Why it is not kRealtime, and what would mend it.
  [[nodiscard]] const std::optional<Error>& refusal() const noexcept { return refusal_; }

 private:
  std::optional<std::size_t> watched_;  // its place among the threads that the limit demotes
  Scheduling granted_ = Scheduling::kNormal;
  std::optional<Error> refusal_;
};

}  // namespace voicestand::platform
