#include "bench/pipeline/memory_source.h"

#include <algorithm>
#include <chrono>
#include <span>

#include "voicestand/audio/delivery.h"

namespace voicestand::bench {

MemorySource::MemorySource(const Recording& recording, std::size_t block_frames, std::latch& begin)
    : recording_(recording),
      block_samples_(block_frames * static_cast<std::size_t>(recording.format.channels)),
      begin_(begin) {}

Result<void> MemorySource::start(audio::CaptureSink& sink) {
  thread_ = std::jthread([this, &sink](const std::stop_token& stop) { deliver(stop, sink); });
  return {};
}

void MemorySource::stop() noexcept {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void MemorySource::deliver(const std::stop_token& stop, audio::CaptureSink& sink) noexcept {
  begin_.wait();
  for (std::span<const float> left(recording_.samples); !left.empty();) {
    const auto block = left.first(std::min(block_samples_, left.size()));
    const audio::CaptureBlock captured{
        .samples = block, .format = recording_.format, .delivered_at = std::chrono::steady_clock::now()};
    if (!audio::deliver_waiting(stop, sink, captured)) return;
    left = left.subspan(block.size());
  }
  sink.ended();
}

}  // namespace voicestand::bench
