#include "voicestand/pipeline/detection_stage.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <variant>

#include "voicestand/rt/realtime_thread.h"

namespace voicestand::pipeline {
namespace {

// Trouble (a lost device, an overrun) is looked for at least so often while no audio comes.
constexpr std::chrono::milliseconds kWaitPatience{100};

constexpr int kWindowsPerLevel = 2;  // 15.6 a second

}  // namespace

DetectionStage::DetectionStage(const Config& config, CaptureQueue& capture, ProcessQueue& in, SpeechQueue& out,
                               rt::BlockPool& pool, speech::VoiceActivityDetector& detector,
                               const speech::Segmenter& segmenter, EventQueue& events, const Clock& clock)
    : config_(config),
      capture_(capture),
      in_(in),
      out_(out),
      events_(events),
      clock_(clock),
      finder_(pool, detector, segmenter) {}

void DetectionStage::run() {
  std::array<float, speech::kWindowSamples> window{};
  for (;;) {
    in_.wait(clock_.now() + kWaitPatience);
    const auto popped = in_.pop(window);
    tell_trouble();
    if (!popped) continue;
    if (popped->count == 0) break;
    std::fill(window.begin() + static_cast<std::ptrdiff_t>(popped->count), window.end(), 0.0F);
    if (make_room()) {
      work(window, popped->count, popped->delivered_at);
      finder_.forget(open_ ? passed_on_ : finder_.history().end());
    } else {
      in_.drop(window.size());  // no memory at all: neither detection nor its history know of it
    }
    if (popped->count < window.size()) break;
  }
  wait_for_recognition();
  pass_on(finder_.finish(samples_seen()));
  turn(Released{.at = capture_.ended_at()});
  out_.end();
}

// What may wait and allocate is done here, before a window is worked on.
bool DetectionStage::make_room() noexcept {
  wait_for_recognition();
  return finder_.make_room();
}

void DetectionStage::wait_for_recognition() noexcept {
  while (!out_.has_room() || (!config_.live && out_.far_ahead())) out_.wait_for_room();
}

void DetectionStage::work(SpeechFinder::Window window, std::size_t count, Clock::TimePoint delivered_at) noexcept {
  const rt::RealtimeScope realtime;
  delivered_at_ = delivered_at;
  samples_seen_.fetch_add(count, std::memory_order_relaxed);  // statistics
  const SpeechFinder::Heard heard = finder_.feed(window);
  pass_on(heard.events);
  pass_on_audio(false);
  tell_level(heard.level.peak_dbfs);
}

void DetectionStage::pass_on(const speech::SegmentEvents& events) noexcept {
  for (const auto& event : events) {
    if (const auto* const started = std::get_if<speech::SpeechStarted>(&event)) {
      open(*started);
    } else if (const auto* const paused = std::get_if<speech::SpeechPaused>(&event)) {
      pass_on_audio(true);
      turn(SegmentPaused{.speech_end_sample = paused->speech_end_sample});
    } else if (std::holds_alternative<speech::SpeechResumed>(event)) {
      turn(SegmentResumed{});
    } else if (const auto* const ended = std::get_if<speech::SpeechEnded>(&event)) {
      pass_on_audio(true);
      open_ = false;
      turn(SegmentEnded{.end_sample = ended->end_sample,
                        .speech_end_sample = ended->speech_end_sample,
                        .reason = ended->reason,
                        .decided_at = clock_.now()});
    }
  }
}

void DetectionStage::open(const speech::SpeechStarted& started) noexcept {
  const bool first = utterances() == 0 || !config_.push_to_talk;
  if (first) utterances_seen_.fetch_add(1, std::memory_order_relaxed);  // statistics
  open_ = true;
  passed_on_ = started.start_sample;
  if (first) {
    events_.tell(SpeechStarted{.utterance = utterances(),
                               .at_s = static_cast<double>(started.onset_sample) / speech::kSampleRateHz});
  }
  turn(SegmentStarted{
      .utterance = utterances(), .start_sample = started.start_sample, .onset_sample = started.onset_sample});
}

void DetectionStage::turn(const SpeechQueue::Turn& turn) noexcept {
  if (config_.recognise || std::holds_alternative<Released>(turn)) out_.push(turn);
}

void DetectionStage::pass_on_audio(bool last) noexcept {
  const speech::SpeechHistory& history = finder_.history();
  if (!open_) return;
  if (!config_.recognise) passed_on_ = history.end();
  while (passed_on_ < history.end()) {
    const auto stretch = history.stretch(passed_on_, history.end());
    if (stretch.block == nullptr || !out_.push(stretch, delivered_at_, finder_.speech_active(), last)) return;
    passed_on_ += stretch.count;
  }
}

void DetectionStage::tell_level(float peak_dbfs) noexcept {
  level_peak_dbfs_ = std::max(level_peak_dbfs_, peak_dbfs);
  if (++windows_since_level_ < kWindowsPerLevel) return;
  events_.tell(Level{.peak_dbfs = level_peak_dbfs_, .speech = finder_.speech_active()});
  level_peak_dbfs_ = -120;
  windows_since_level_ = 0;
}

void DetectionStage::tell_trouble() {
  if (const std::uint64_t overruns = capture_.overruns() + in_.overruns(); overruns > overruns_told_) {
    overruns_told_ = overruns;
    events_.on_event(
        Warning{.code = "overrun",
                .message = "the computer was too busy to take all audio; what was missed is filled with silence"});
  }
  for (const DeviceNotice& notice : capture_.take_notices()) {
    if (!notice.restored) {
      // What was said before the device went away is finished; what follows it later is something new.
      pass_on(finder_.finish(finder_.history().end()));
      finder_.forget_context();
      events_.on_event(Warning{.code = "device_lost", .message = notice.what});
    } else {
      events_.on_event(Warning{.code = "device_restored", .message = notice.what});
    }
  }
}

}  // namespace voicestand::pipeline
