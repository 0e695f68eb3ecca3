#pragma once

#include <cstdint>
#include <thread>
#include <vector>

namespace voicestand::bench {

// While one lives, as many threads as asked for keep cores busy at normal priority.
class BusyLoops {
 public:
  explicit BusyLoops(int count) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
        }
      });
    }
  }

 private:
  std::vector<std::jthread> threads_;
};

}  // namespace voicestand::bench
