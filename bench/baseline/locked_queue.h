#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace voicestand::bench::baseline {

// The queue that one writes first: a deque behind a lock, each value with a heap block of its own. Thread: any.
template <typename T>
class LockedQueue {
 public:
  explicit LockedQueue(std::size_t capacity) : capacity_(capacity) {}

  void push(T value) {
    {
      std::unique_lock lock(mutex_);
      drained_.wait(lock, [&] { return values_.size() < capacity_; });
      values_.push_back(std::move(value));
    }
    filled_.notify_one();
  }

  // Nothing: the end has come and all has been taken.
  std::optional<T> pop() {
    std::optional<T> value;
    {
      std::unique_lock lock(mutex_);
      filled_.wait(lock, [&] { return ended_ || !values_.empty(); });
      if (values_.empty()) return std::nullopt;
      value = std::move(values_.front());
      values_.pop_front();
    }
    drained_.notify_one();
    return value;
  }

  void end() {
    {
      const std::scoped_lock lock(mutex_);
      ended_ = true;
    }
    filled_.notify_one();
  }

 private:
  const std::size_t capacity_;
  std::mutex mutex_;  // protects the following
  std::condition_variable filled_;
  std::condition_variable drained_;
  std::deque<T> values_;
  bool ended_ = false;
};

}  // namespace voicestand::bench::baseline
