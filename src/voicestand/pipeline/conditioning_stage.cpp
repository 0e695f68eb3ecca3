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
std::array<float, 1024> silence{};  // not const: so it takes no room in the program's file

}  // namespace

ConditioningStage::ConditioningStage(CaptureQueue& in, ProcessQueue& out, LiveFigures& figures, const Clock& clock,
                                     bool live)
    : in_(in), out_(out), figures_(figures), clock_(clock), live_(live) {}

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
  if (!conditioner) {
    figures_.failures.conditioning.add();
    return std::unexpected(std::move(conditioner.error()));
  }
  conditioner_.emplace(std::move(*conditioner));
  conditioned_.resize(std::max(conditioner_->max_output(most_frames), conditioner_->max_flush_output()));
  format_ = format;
  return {};
}

// What the last format's filters still hold.
void ConditioningStage::flush() noexcept {
  if (!conditioner_) return;
  make_room(conditioner_->max_flush_output());
  pass_on(std::span(conditioned_).first(conditioner_->flush(conditioned_)), last_passage_, 0);
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
  last_passage_ = {.delivered_at = block.delivered_at, .conditioned_at = clock_.now()};
  const auto took = last_passage_.conditioned_at - block.delivered_at;
  if (live_ && !block.kept) {
    const auto length = std::chrono::nanoseconds(std::int64_t{block.frames} * 1'000'000'000 / format_.sample_rate_hz);
    last_passage_.gathering = length + conditioner_->group_delay();
    figures_.front_end.record(took + last_passage_.gathering);
  }
  pass_on(std::span(conditioned_).first(count), last_passage_, block.frames);
  take_note(figures_.trace.conditioning, Moment::kBlock, out_.pushed(), block.delivered_at, took);
}

void ConditioningStage::fill_gap(const CapturedBlock& block) noexcept {
  const auto channels = static_cast<std::size_t>(format_.channels);
  const std::size_t piece = silence.size() / channels;
  std::uint64_t left = std::min(block.gap_frames, kMaxGapSeconds * static_cast<std::uint64_t>(format_.sample_rate_hz));
  while (left > 0) {
    const std::size_t frames = std::min<std::uint64_t>(left, piece);
    const std::size_t count = conditioner_->process(std::span(silence).first(frames * channels), conditioned_);
    // The frames of a gap have been counted where they were lost.
    pass_on(std::span(conditioned_).first(count), {.delivered_at = block.delivered_at, .conditioned_at = clock_.now()},
            0);
    left -= frames;
  }
}

void ConditioningStage::pass_on(std::span<const float> frames, const Passage& passage,
                                std::uint32_t captured_frames) noexcept {
  if (out_.push(frames, passage)) return figures_.processed_frames.add_alone(captured_frames);
  figures_.process.overruns.add_alone();
  figures_.process.dropped_frames.add_alone(captured_frames);
  take_note(figures_.trace.conditioning, Moment::kOverrun, captured_frames, passage.conditioned_at);
}

}  // namespace voicestand::pipeline
