#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>

#include "voicestand/pipeline/event.h"
#include "voicestand/platform/thread_usage.h"

namespace voicestand::pipeline {

// What one thread uses, told from outside while it runs and after it has ended.
class ThreadWatch {
 public:
  ThreadWatch() = default;
  ThreadWatch(const ThreadWatch&) = delete;
  ThreadWatch& operator=(const ThreadWatch&) = delete;
  ~ThreadWatch() = default;

  // Lives as long as the thread works, on its stack. Real-time: no. The thread has its name already.
  class [[nodiscard]] Running {
   public:
    explicit Running(ThreadWatch& watch) : watch_(watch) { watch_.begin(); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() { watch_.end(); }

   private:
    ThreadWatch& watch_;
  };

  // Thread: any. Real-time: no. Nothing before it has begun.
  [[nodiscard]] std::optional<ThreadLoad> load() const;

 private:
  void begin();
  void end();
  [[nodiscard]] std::optional<ThreadLoad> measure() const;

  mutable std::mutex mutex_;  // protects the following: a thread does not end while it is measured
  std::optional<platform::ThreadHandle> running_;
  const std::atomic<std::uint64_t>* allocations_ = nullptr;  // the running thread's; nothing where they are not counted
  std::optional<ThreadLoad> ended_;
};

}  // namespace voicestand::pipeline
