#include "voicestand/audio/recent_blocks.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

namespace voicestand::audio {
namespace {

constexpr std::size_t kSamples = std::size_t{1} << 19U;
constexpr std::size_t kBlocks = std::size_t{1} << 13U;  // of 32 frames: 5.4 s of 48 kHz

std::uint64_t frames_of(std::uint64_t samples, AudioFormat format) {
  return samples / static_cast<std::uint64_t>(std::max(format.channels, 1));
}

}  // namespace

Result<RecentBlocks> RecentBlocks::create() {
  auto samples = rt::SpscRing<float>::create(kSamples);
  if (!samples) return std::unexpected(std::move(samples.error()));
  auto headers = rt::SpscRing<Header>::create(kBlocks);
  if (!headers) return std::unexpected(std::move(headers.error()));
  return RecentBlocks(std::move(*samples), std::move(*headers));
}

void RecentBlocks::append(const CaptureBlock& block) noexcept {
  const std::size_t wanted = block.samples.size();
  while (!empty() && (samples_.write_available() < wanted || headers_.write_available() < 1)) lose_front();
  if (samples_.write_available() < wanted) {  // longer than all there is room for
    lost_frames_ += block.gap_frames + frames_of(wanted, block.format);
    return;
  }
  const Header header{
      .format = block.format, .delivered_at = block.delivered_at, .gap_frames = block.gap_frames, .samples = wanted};
  (void)samples_.push(block.samples);
  (void)headers_.push(std::span(&header, 1));
}

void RecentBlocks::lose_front() noexcept {
  const Header header = headers_.peek(1).front();
  lost_frames_ += header.gap_frames + frames_of(header.samples, header.format);
  samples_.consume(header.samples);
  headers_.consume(1);
}

void RecentBlocks::forget_before(Clock::TimePoint delivered_at) noexcept {
  while (!empty() && headers_.peek(1).front().delivered_at < delivered_at) lose_front();
  lost_frames_ = 0;  // nobody misses it
}

void RecentBlocks::forget_all() noexcept {
  while (!empty()) lose_front();
  lost_frames_ = 0;
}

CaptureBlock RecentBlocks::front() noexcept {
  const Header header = headers_.peek(1).front();
  return {.samples = samples_.peek(header.samples),
          .format = header.format,
          .delivered_at = header.delivered_at,
          .gap_frames = header.gap_frames + lost_frames_};
}

void RecentBlocks::pop() noexcept {
  samples_.consume(headers_.peek(1).front().samples);
  headers_.consume(1);
  lost_frames_ = 0;
}

}  // namespace voicestand::audio
