#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "voicestand/base/realtime.h"

namespace voicestand::pipeline {

// What detection made of one of its windows.
struct WindowFigures {
  float peak_dbfs = -120;
  float probability = 0;  // of speech, as the detector sees it
  bool speech = false;    // as the segmenter takes it
};

// The last windows of a session, for those who look at it. Each is one number, whole by itself; one that is being
// written over while it is read, half a minute later, is the newer one.
class WindowLog {
 public:
  static constexpr std::size_t kCapacity = 1'024;

  struct Stretch {
    std::uint64_t end = 0;  // how many windows there have been
    std::vector<WindowFigures> windows;
  };

  // Thread: detection. Real-time: yes, wait-free.
  void add(const WindowFigures& window) noexcept VS_REALTIME {
    const std::uint64_t at = written_.load(std::memory_order_relaxed);  // written by this thread alone
    windows_[at % kCapacity].store(pack(window), std::memory_order_relaxed);
    written_.store(at + 1, std::memory_order_release);  // pairs with last(): a window that is counted is there
  }

  // Thread: any. Real-time: no. The newest `most`, oldest first.
  [[nodiscard]] Stretch last(std::size_t most) const {
    Stretch stretch{.end = written_.load(std::memory_order_acquire), .windows = {}};
    const std::uint64_t count = std::min<std::uint64_t>({stretch.end, most, kCapacity - 1});
    for (std::uint64_t at = stretch.end - count; at < stretch.end; ++at)
      stretch.windows.push_back(unpack(windows_[at % kCapacity].load(std::memory_order_relaxed)));
    return stretch;
  }

 private:
  static constexpr float kScale = 65'535.0F;
  static constexpr float kDecibels = 120.0F;  // of peak_dbfs, below full scale

  static std::uint64_t share(float value) noexcept VS_REALTIME {
    return static_cast<std::uint64_t>(std::clamp(value, 0.0F, 1.0F) * kScale);
  }
  static std::uint64_t pack(const WindowFigures& window) noexcept VS_REALTIME {
    return share(1.0F + window.peak_dbfs / kDecibels) | share(window.probability) << 16U |
           static_cast<std::uint64_t>(window.speech) << 32U;
  }
  static WindowFigures unpack(std::uint64_t packed) noexcept {
    return {.peak_dbfs = (static_cast<float>(packed & 0xFFFFU) / kScale - 1.0F) * kDecibels,
            .probability = static_cast<float>(packed >> 16U & 0xFFFFU) / kScale,
            .speech = (packed >> 32U & 1U) != 0};
  }

  std::array<std::atomic<std::uint64_t>, kCapacity> windows_{};
  std::atomic<std::uint64_t> written_{0};
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
};

}  // namespace voicestand::pipeline
