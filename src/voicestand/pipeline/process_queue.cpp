#include "voicestand/pipeline/process_queue.h"

#include <algorithm>
#include <chrono>

namespace voicestand::pipeline {
namespace {

constexpr std::size_t kCapacityFrames = std::size_t{1} << 16U;  // 4 s
constexpr std::size_t kCapacityMarks = std::size_t{1} << 11U;   // 1.4 s of 32-frame blocks at 48 kHz
constexpr std::chrono::milliseconds kRoomPatience{100};

}  // namespace

Result<std::unique_ptr<ProcessQueue>> ProcessQueue::create(RingFigures& figures) {
  auto frames = rt::SpscRing<float>::create(kCapacityFrames);
  if (!frames) return std::unexpected(std::move(frames.error()));
  auto marks = rt::SpscRing<Mark>::create(kCapacityMarks);
  if (!marks) return std::unexpected(std::move(marks.error()));
  return std::unique_ptr<ProcessQueue>(new ProcessQueue(figures, std::move(*frames), std::move(*marks)));
}

bool ProcessQueue::has_room(std::size_t frames) noexcept {
  return frames_.write_available() >= frames && marks_.write_available() > 0;
}

bool ProcessQueue::push(std::span<const float> frames, const Passage& passage) noexcept {
  if (frames.empty()) return true;
  const std::size_t frames_free = frames_.write_available();
  const std::size_t marks_free = marks_.write_available();
  const bool fits = frames_free >= frames.size() && marks_free > 0;
  figures_.fill.set(fuller(frames_.capacity() - frames_free + (fits ? frames.size() : 0), frames_.capacity(),
                           marks_.capacity() - marks_free + (fits ? 1 : 0), marks_.capacity()));
  if (!fits) return false;
  const std::uint64_t windows = pushed_ / kWindow;
  pushed_ += frames.size();
  const Mark mark{.end_sample = pushed_, .passage = passage};
  // The mark first, so that whoever sees the frames finds what belongs to them.
  (void)marks_.push(std::span(&mark, 1));
  (void)frames_.push(frames);
  // Windows alone are taken: none waits before one more of them is complete.
  if (pushed_ / kWindow > windows) filled_.ring();
  return true;
}

void ProcessQueue::wait_for_room(const Clock& clock) noexcept {
  const auto has_room = [&]() noexcept { return frames_.half_writable() && marks_.half_writable(); };
  (void)drained_.wait_until(has_room, clock.now() + kRoomPatience);
}

void ProcessQueue::end() noexcept {
  ended_.store(true, std::memory_order_release);  // pair: pop(), wait()
  filled_.ring();
}

void ProcessQueue::wait(Clock::TimePoint deadline) noexcept {
  const auto something = [&]() noexcept {
    return frames_.read_available() >= kWindow || ended_.load(std::memory_order_acquire);  // pair: end()
  };
  (void)filled_.wait_until(something, deadline);
}

std::optional<ProcessQueue::Popped> ProcessQueue::pop(std::span<float, kWindow> window) noexcept {
  // The flag before the count: what was pushed before the end is then seen too. Pair: end().
  const bool ended = ended_.load(std::memory_order_acquire);
  const std::size_t available = frames_.read_available();
  if (available < kWindow && !ended) return std::nullopt;
  const std::size_t count = frames_.pop(window.first(std::min(available, kWindow)));
  const Passage first = passage_of(popped_ + std::min<std::size_t>(count, 1));
  popped_ += count;
  const Passage last = passage_of(popped_);
  figures_.fill.fall_to(
      fuller(frames_.read_available(), frames_.capacity(), marks_.read_available(), marks_.capacity()));
  if (frames_.half_read() && marks_.half_read()) drained_.ring();
  return Popped{.count = count, .first = first, .last = last};
}

// Of the frame before that position; positions never fall.
const Passage& ProcessQueue::passage_of(std::uint64_t end_sample) noexcept {
  for (auto next = marks_.peek(1); mark_.end_sample < end_sample && !next.empty(); next = marks_.peek(1)) {
    mark_ = next.front();
    marks_.consume(1);
  }
  return mark_.passage;
}

}  // namespace voicestand::pipeline
