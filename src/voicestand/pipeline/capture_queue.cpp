#include "voicestand/pipeline/capture_queue.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "voicestand/rt/realtime_thread.h"

namespace voicestand::pipeline {
namespace {

// 512 KiB: 1.4 s of 48 kHz stereo, 85 ms of 192 kHz with 8 channels.
constexpr std::size_t kCapacitySamples = std::size_t{1} << 17U;
// A source of 32-frame blocks at 48 kHz fills these in 1.4 s.
constexpr std::size_t kCapacityBlocks = std::size_t{1} << 11U;

constexpr std::chrono::milliseconds kRoomPatience{100};

}  // namespace

Result<std::unique_ptr<CaptureQueue>> CaptureQueue::create(bool live, const Clock& clock, LiveFigures& figures) {
  auto samples = rt::SpscRing<float>::create(kCapacitySamples);
  if (!samples) return std::unexpected(std::move(samples.error()));
  auto blocks = rt::SpscRing<CapturedBlock>::create(kCapacityBlocks);
  if (!blocks) return std::unexpected(std::move(blocks.error()));
  return std::unique_ptr<CaptureQueue>(new CaptureQueue(live, clock, figures, std::move(*samples), std::move(*blocks)));
}

CaptureQueue::CaptureQueue(bool live, const Clock& clock, LiveFigures& figures, rt::SpscRing<float> samples,
                           rt::SpscRing<CapturedBlock> blocks)
    : live_(live), clock_(clock), figures_(figures), samples_(std::move(samples)), blocks_(std::move(blocks)) {}

bool CaptureQueue::push(const audio::CaptureBlock& block) noexcept {
  const rt::RealtimeScope realtime;
  const auto channels = static_cast<std::size_t>(std::max(block.format.channels, 1));
  const std::uint64_t frames = block.gap_frames + block.samples.size() / channels;
  const bool taken = push_whole(block);
  if (taken || live_) figures_.captured_frames.add_alone(frames);
  if (taken) {
    filled_.ring();
  } else if (live_) {
    lose(frames);
  }
  return taken;
}

void CaptureQueue::lose(std::uint64_t frames) noexcept {
  figures_.capture.overruns.add_alone();
  figures_.capture.dropped_frames.add_alone(frames);
  take_note(figures_.trace.source, Moment::kOverrun, frames, clock_.now());
  gap_frames_ += frames;
}

bool CaptureQueue::push_whole(const audio::CaptureBlock& block) noexcept {
  const auto channels = static_cast<std::size_t>(std::max(block.format.channels, 1));
  const std::size_t most = kMaxBlockSamples / channels * channels;
  const std::size_t pieces = (block.samples.size() + most - 1) / most;
  const std::size_t samples_free = samples_.write_available();
  const std::size_t blocks_free = blocks_.write_available();
  const bool fits = samples_free >= block.samples.size() && blocks_free >= pieces;
  figures_.capture.fill.set(fuller(samples_.capacity() - samples_free + (fits ? block.samples.size() : 0),
                                   samples_.capacity(), blocks_.capacity() - blocks_free + (fits ? pieces : 0),
                                   blocks_.capacity()));
  if (!fits) return false;
  if (block.gap_frames > 0) lose(block.gap_frames);
  for (std::size_t at = 0; at < block.samples.size(); at += most) {
    const auto piece = block.samples.subspan(at, std::min(most, block.samples.size() - at));
    const CapturedBlock header{.format = block.format,
                               .delivered_at = block.delivered_at,
                               .frames = static_cast<std::uint32_t>(piece.size() / channels),
                               .kept = block.kept,
                               .gap_frames = std::exchange(gap_frames_, 0)};
    // Room for all of it was there above, and only this thread fills it. Samples first: a header says they are there.
    (void)samples_.push(piece);
    (void)blocks_.push(std::span(&header, 1));
  }
  return true;
}

void CaptureQueue::wait_for_room() noexcept {
  const auto has_room = [&]() noexcept {
    return closed_.load(std::memory_order_acquire) ||  // pair: close()
           (samples_.half_writable() && blocks_.half_writable());
  };
  (void)drained_.wait_until(has_room, clock_.now() + kRoomPatience);
}

void CaptureQueue::end() noexcept {
  {
    const std::scoped_lock lock(mutex_);
    ended_at_ = clock_.now();
  }
  ended_.store(true, std::memory_order_release);  // pair: input_ended()
  filled_.ring();
}

void CaptureQueue::ended() noexcept {
  end();
}

void CaptureQueue::failed(Error error) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    failure_ = std::move(error);
  }
  figures_.failures.capture.add();
  end();
}

void CaptureQueue::lost(std::string what) noexcept {
  figures_.failures.capture.add();
  notice({.restored = false, .what = std::move(what)});
}

void CaptureQueue::restored(std::string what) noexcept {
  notice({.restored = true, .what = std::move(what)});
}

void CaptureQueue::notice(DeviceNotice notice) noexcept {
  const std::scoped_lock lock(mutex_);
  notices_.push_back(std::move(notice));
  noticed_.store(true, std::memory_order_release);  // pair: take_notices()
}

void CaptureQueue::wait(Clock::TimePoint deadline) noexcept {
  const auto something = [&]() noexcept { return blocks_.read_available() > 0 || input_ended(); };
  (void)filled_.wait_until(something, deadline);
}

std::optional<CaptureQueue::Front> CaptureQueue::front() noexcept {
  const auto blocks = blocks_.peek(1);
  if (blocks.empty()) return std::nullopt;
  const CapturedBlock& block = blocks.front();
  const auto samples =
      samples_.peek(std::size_t{block.frames} * static_cast<std::size_t>(std::max(block.format.channels, 1)));
  front_samples_ = samples.size();
  return Front{.block = block, .samples = samples};
}

void CaptureQueue::pop() noexcept {
  samples_.consume(std::exchange(front_samples_, 0));
  blocks_.consume(1);
  figures_.capture.fill.fall_to(
      fuller(samples_.read_available(), samples_.capacity(), blocks_.read_available(), blocks_.capacity()));
  if (samples_.half_read() && blocks_.half_read()) drained_.ring();
}

std::vector<DeviceNotice> CaptureQueue::take_notices() {
  // Looked at for each window of speech: the lock is for the rare case. Pair: notice().
  if (!noticed_.exchange(false, std::memory_order_acq_rel)) return {};
  const std::scoped_lock lock(mutex_);
  return std::exchange(notices_, {});
}

void CaptureQueue::close() noexcept {
  closed_.store(true, std::memory_order_release);  // pair: wait_for_room()
  drained_.ring();
}

std::optional<Error> CaptureQueue::failure() const {
  const std::scoped_lock lock(mutex_);
  return failure_;
}

Clock::TimePoint CaptureQueue::ended_at() const {
  const std::scoped_lock lock(mutex_);
  return ended_at_;
}

}  // namespace voicestand::pipeline
