#pragma once

#include <thread>

namespace voicestand::bench {

// Waits a little for another thread, first without the kernel. Thread: one.
class Backoff {
 public:
  void wait() noexcept {
    if (++spins_ < kSpins) {
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    } else {
      std::this_thread::yield();
    }
  }
  void reset() noexcept { spins_ = 0; }

 private:
  static constexpr int kSpins = 200;
  int spins_ = 0;
};

}  // namespace voicestand::bench
