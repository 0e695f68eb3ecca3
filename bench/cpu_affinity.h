#pragma once

#include <cstddef>

#include <sched.h>

namespace voicestand::bench {

// While one lives, its thread stays on one core: the `index`-th of those that it might use, counted round.
class [[nodiscard]] PinnedThread {
 public:
  explicit PinnedThread(std::size_t index) noexcept;
  ~PinnedThread();
  PinnedThread(const PinnedThread&) = delete;
  PinnedThread& operator=(const PinnedThread&) = delete;

 private:
  cpu_set_t before_{};
  bool pinned_ = false;
};

}  // namespace voicestand::bench
