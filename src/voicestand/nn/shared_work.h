#pragma once

#include <atomic>
#include <cstddef>

#include "voicestand/rt/team.h"

namespace voicestand::nn {

// How a network's halves get through their work: alone or with a helper, part by part, until it is no longer wanted.
// What is made of a part never depends on who makes it. Thread: one at a time.
class SharedWork {
 public:
  // `team` may be null. Both must outlive it.
  SharedWork(rt::Team* team, const std::atomic<bool>& stop) noexcept : team_(team), stop_(&stop) {}

  // work(part, member) for each part below `parts`. False where `stop` became true: then parts are missing.
  template <typename Work>
  [[nodiscard]] bool share(std::size_t parts, const Work& work) const noexcept {
    std::atomic<bool> whole{true};  // read when all are done
    rt::share(team_, parts, [&](std::size_t part, std::size_t member) noexcept {
      if (stop_->load(std::memory_order_relaxed)) {
        whole.store(false, std::memory_order_relaxed);
      } else {
        work(part, member);
      }
    });
    return whole.load(std::memory_order_relaxed);
  }

 private:
  rt::Team* team_;
  const std::atomic<bool>* stop_;
};

[[nodiscard]] constexpr std::size_t members_of(const rt::Team* team) noexcept {
  return team == nullptr ? 1 : rt::Team::kMembers;
}

}  // namespace voicestand::nn
