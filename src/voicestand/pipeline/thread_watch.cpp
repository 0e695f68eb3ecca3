#include "voicestand/pipeline/thread_watch.h"

#include <chrono>

#include "voicestand/rt/allocation_counter.h"

namespace voicestand::pipeline {

void ThreadWatch::begin() {
  const std::scoped_lock lock(mutex_);
  running_ = platform::this_thread();
  allocations_ = rt::this_threads_allocations();
}

void ThreadWatch::end() {
  const std::scoped_lock lock(mutex_);
  ended_ = measure();
  running_.reset();
  allocations_ = nullptr;
}

std::optional<ThreadLoad> ThreadWatch::load() const {
  const std::scoped_lock lock(mutex_);
  return running_ ? measure() : ended_;
}

std::optional<ThreadLoad> ThreadWatch::measure() const {
  const auto usage = platform::usage_of(*running_);
  if (!usage) return std::nullopt;
  ThreadLoad load{.name = running_->name,
                  .cpu_s = std::chrono::duration<double>(usage->cpu_time).count(),
                  .involuntary_switches = usage->involuntary_switches};
  // Relaxed: a count that says nothing about other memory; its thread writes it the same way.
  if (allocations_ != nullptr) load.allocations = allocations_->load(std::memory_order_relaxed);
  return load;
}

}  // namespace voicestand::pipeline
