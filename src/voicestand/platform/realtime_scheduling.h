#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include <sys/types.h>

#include "voicestand/base/result.h"

namespace voicestand::platform {

inline constexpr int kRealtimePriority = 15;  // above ordinary work, below PipeWire's own threads (88) and RTKit's 20
inline constexpr std::chrono::microseconds kRealtimeLimit{200'000};  // RTKit's bound as well
inline constexpr int kFavouredNice = -11;                            // what PipeWire takes where it gets no more

enum class Scheduling : std::uint8_t {
  kRealtime,  // SCHED_FIFO, or SCHED_RR where a broker prefers that
  kFavoured,  // normal, with a better nice value
  kNormal,    // as every other thread
  kDemoted,   // was kRealtime and ran for kRealtimeLimit without once waiting; kNormal since
};

// Thread: any. "realtime", "favoured", "normal", "demoted".
[[nodiscard]] std::string_view name_of(Scheduling scheduling) noexcept;

// Someone who may make a thread real-time for a process that may not do it itself, RealtimeKit for one.
struct RealtimeBroker {
  std::string_view name;  // of static storage
  std::function<Result<void>(pid_t thread, int priority)> ask;
};

// A thread that goes before others as far as the system lets it: SCHED_FIFO where that is permitted or a broker gives
// it, else a better nice value, else nothing. All of it holds for the thread alone: what it starts begins as a normal
// thread.
//
// The process's RLIMIT_RTTIME is lowered to kRealtimeLimit, and a real-time thread that reaches it, which only one that
// never waits can do, becomes a normal one, instead of hanging the machine or being ended by the kernel.
class [[nodiscard]] RaisedThread {
 public:
  // Thread: the one to be raised, and the one that ends it. Real-time: no; brokers take their time. `priority`: 1
  // to 99.
  explicit RaisedThread(std::span<const RealtimeBroker> brokers = {}, int priority = kRealtimePriority);
  RaisedThread(const RaisedThread&) = delete;
  RaisedThread& operator=(const RaisedThread&) = delete;
  ~RaisedThread();

  // Thread: any. Real-time: yes.
  [[nodiscard]] Scheduling scheduling() const noexcept;
  // Thread: any. By what it is raised: "permission", a broker's name, "nice", or nullopt.
  [[nodiscard]] std::optional<std::string_view> granted_by() const noexcept { return granted_by_; }
  // Thread: any. Why it has no permission of its own to be real-time, and what would mend it.
  [[nodiscard]] const std::optional<Error>& refusal() const noexcept { return refusal_; }

 private:
  [[nodiscard]] bool climb(std::span<const RealtimeBroker> brokers, int priority);

  std::optional<std::size_t> watched_;  // its place among the threads that the limit demotes
  Scheduling granted_ = Scheduling::kNormal;
  std::optional<std::string_view> granted_by_;
  std::optional<Error> refusal_;
};

}  // namespace voicestand::platform
