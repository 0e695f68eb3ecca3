#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <type_traits>

#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"
#include "voicestand/rt/doorbell.h"

namespace voicestand::rt {

// A thread and one helper that divide work between them. Parts are taken one after the other by whoever is free: a
// helper that the machine has no core for takes none, and nobody waits for it. So what is made of a part must not
// depend on who makes it. Thread: one at a time shares.
class Team {
 public:
  static constexpr std::size_t kMembers = 2;
  static constexpr std::size_t kMostParts = 0xFFFF;

  // Real-time: no, starts the helper, which calls `prepare` first (to name itself, to lower its rank). Errors: kNoSpace
  // where the system has no thread to give.
  [[nodiscard]] static Result<std::unique_ptr<Team>> create(std::function<void()> prepare);
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  ~Team();

  // Calls work(part, member) once for each part below `parts`, at most kMostParts, and returns when all calls have;
  // calls with the same member, 0 or 1, follow each other. Real-time: no, it may sleep until the helper's last part is
  // done. What a part writes is seen by whoever shares next. `work` must not throw.
  template <typename Work>
  void share(std::size_t parts, Work&& work) noexcept {
    using Callable = std::remove_reference_t<Work>;
    divide(Task{.call = [](void* of, std::size_t part,
                           std::size_t member) noexcept { (*static_cast<Callable*>(of))(part, member); },
                .work = &work},
           parts);
  }

 private:
  struct Task {
    void (*call)(void* work, std::size_t part, std::size_t member) noexcept = nullptr;
    void* work = nullptr;
  };

  Team() = default;
  void divide(const Task& task, std::size_t parts) noexcept;
  void help() noexcept;
  bool take_part(std::size_t member) noexcept;
  [[nodiscard]] bool finished(std::size_t parts) const noexcept;

  // The parts of the task in the upper half, how many have been asked for in the lower. Written by divide() to begin a
  // task, which releases task_ and what came before; a member's increment takes a part and acquires that.
  alignas(kCacheLineBytes) std::atomic<std::uint32_t> tickets_{0};
  alignas(kCacheLineBytes) std::atomic<std::uint32_t> done_{0};  // parts; an increment releases what the part wrote
  alignas(kCacheLineBytes) Task task_;  // read by who has a part of it, which keeps divide() from returning
  std::atomic<bool> ended_{false};
  Doorbell begun_;     // rung by who shares
  Doorbell finished_;  // rung by the helper
  std::jthread helper_;
};

// With a team, or without one: then all parts are this thread's, as member 0.
template <typename Work>
void share(Team* team, std::size_t parts, Work&& work) noexcept {
  if (team != nullptr) return team->share(parts, work);
  for (std::size_t part = 0; part < parts; ++part) work(part, 0);
}

}  // namespace voicestand::rt
