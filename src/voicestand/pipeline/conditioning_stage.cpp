#include "voicestand/pipeline/conditioning_stage.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "voicestand/rt/realtime_thread.h"

namespace voicestand::pipeline {
namespace {

constexpr std::chrono::milliseconds kWaitPatience{200};

// A longer gap is shortened to this: the time line stays true for the hiccups that happen, and a device that was away
// for minutes does not cost minutes of silence.
constexpr std::uint64_t kMaxGapSeconds = 2;
constexpr std::array<float, 1024> kSilence{};

}  // namespace

ConditioningStage::ConditioningStage(CaptureQueue& in, ProcessQueue& out, telemetry::LatencyHistogram& latency,
                                     const Clock& clock, bool live)
    : in_(in), out_(out), latency_(latency), clock_(clock), live_(live) {}

Result<void> ConditioningStage::run() {
  for (;;) {
    const bool ended = in_.input_ended();  // before the look into the queue: nothing comes after it
    const auto front = in_.front();
    if (!front) {
      if (ended) break;
      in_.wait(clock_.now() + kWaitPatience);
      continue;
    }
    if (front->block.format != format_ || !conditioner_) {
      if (auto prepared = prepare(front->block.format); !prepared) {
        out_.end();
        return prepared;
      }
    }
    make_room(conditioner_->max_output(front->block.frames));
    work(*front);
    in_.pop();
  }
  flush();
  out_.end();
  return {};
}

Result<void> ConditioningStage::prepare(audio::AudioFormat format) {
  flush();
  const auto most_frames = CaptureQueue::kMaxBlockSamples / static_cast<std::size_t>(std::max(format.channels, 1));
  auto conditioner = dsp::Conditioner::create(format.sample_rate_hz, format.channels, most_frames);
  if (!conditioner) return std::unexpected(std::move(conditioner.error()));
  conditioner_.emplace(std::move(*conditioner));
  conditioned_.resize(std::max(conditioner_->max_output(most_frames), conditioner_->max_flush_output()));
  format_ = format;
  return {};
}

// What the last format's filters still hold.
void ConditioningStage::flush() noexcept {
  if (!conditioner_) return;
  make_room(conditioner_->max_flush_output());
  pass_on(std::span(conditioned_).first(conditioner_->flush(conditioned_)), last_delivery_);
}

// A file waits here for detection, before a block of it is worked on; a microphone cannot wait.
void ConditioningStage::make_room(std::size_t frames) noexcept {
  while (!live_ && !out_.has_room(frames)) out_.wait_for_room(clock_);
}

void ConditioningStage::work(const CaptureQueue::Front& front) noexcept {
  const rt::RealtimeScope realtime;
  const CapturedBlock& block = front.block;
  if (block.gap_frames > 0) fill_gap(block);
  const std::size_t count = conditioner_->process(front.samples, conditioned_);
  pass_on(std::span(conditioned_).first(count), block.delivered_at);
  last_delivery_ = block.delivered_at;
  if (live_) {
    const auto length = std::chrono::nanoseconds(std::int64_t{block.frames} * 1'000'000'000 / format_.sample_rate_hz);
    latency_.record(clock_.now() - block.delivered_at + length + conditioner_->group_delay());
  }
}

void ConditioningStage::fill_gap(const CapturedBlock& block) noexcept {
  const auto channels = static_cast<std::size_t>(format_.channels);
  const std::size_t piece = kSilence.size() / channels;
  std::uint64_t left = std::min(block.gap_frames, kMaxGapSeconds * static_cast<std::uint64_t>(format_.sample_rate_hz));
  while (left > 0) {
    const std::size_t frames = std::min<std::uint64_t>(left, piece);
    const std::size_t count = conditioner_->process(std::span(kSilence).first(frames * channels), conditioned_);
    pass_on(std::span(conditioned_).first(count), block.delivered_at);
    left -= frames;
  }
}

void ConditioningStage::pass_on(std::span<const float> frames, Clock::TimePoint delivered_at) noexcept {
  if (!out_.push(frames, delivered_at)) out_.drop(frames.size());
}

}  // namespace voicestand::pipeline
