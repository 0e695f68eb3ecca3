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
                               const speech::Segmenter& segmenter, EventQueue& events, LiveFigures& figures,
                               const Clock& clock)
    : config_(config),
      capture_(capture),
      in_(in),
      out_(out),
      events_(events),
      figures_(figures),
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
      work(window, *popped);
      if (config_.recognise) {
        finder_.forget(open_ ? passed_on_ : finder_.history().end());
      } else {
        finder_.forget_all();
      }
    } else {
      figures_.failures.detection.add_alone();  // no memory at all: neither detection nor its history know of it
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

void DetectionStage::work(SpeechFinder::Window window, const ProcessQueue::Popped& popped) noexcept {
  const rt::RealtimeScope realtime;
  const Clock::TimePoint begun = clock_.now();
  delivered_at_ = popped.last.delivered_at;
  recent_[finder_.history().end() / speech::kWindowSamples % kRecentWindows] = popped.first;
  samples_seen_.fetch_add(popped.count, std::memory_order_relaxed);  // statistics
  if (config_.tap != nullptr) config_.tap->push(window);
  const SpeechFinder::Heard heard = finder_.feed(window);
  pass_on(heard.events);
  pass_on_audio(false);
  tell_level(heard.level.peak_dbfs);
  figures_.windows.add(
      {.peak_dbfs = heard.level.peak_dbfs, .probability = heard.probability, .speech = finder_.speech_active()});
  take_note(figures_.trace.detection, Moment::kWindow, finder_.history().end(), begun, clock_.now() - begun);
}

// Nothing where it is too long ago.
const Passage* DetectionStage::passage_of(std::uint64_t sample) const noexcept {
  const std::uint64_t windows = finder_.history().end() / speech::kWindowSamples;
  const std::uint64_t window = sample / speech::kWindowSamples;
  return window < windows && windows - window <= kRecentWindows ? &recent_[window % kRecentWindows] : nullptr;
}

void DetectionStage::pass_on(const speech::SegmentEvents& events) noexcept {
  bool cut = false;
  for (const auto& event : events) {
    if (const auto* const started = std::get_if<speech::SpeechStarted>(&event)) {
      open(*started, cut);
    } else if (const auto* const paused = std::get_if<speech::SpeechPaused>(&event)) {
      pass_on_audio(true);
      turn(SegmentPaused{.speech_end_sample = paused->speech_end_sample});
    } else if (std::holds_alternative<speech::SpeechResumed>(event)) {
      turn(SegmentResumed{});
    } else if (const auto* const ended = std::get_if<speech::SpeechEnded>(&event)) {
      pass_on_audio(true);
      open_ = false;
      cut = ended->reason == speech::EndReason::kCut;
      turn(SegmentEnded{.end_sample = ended->end_sample,
                        .speech_end_sample = ended->speech_end_sample,
                        .reason = ended->reason,
                        .decided_at = clock_.now()});
    }
  }
}

void DetectionStage::open(const speech::SpeechStarted& started, bool after_cut) noexcept {
  const bool first = utterances_ == 0 || !config_.push_to_talk;
  if (first) {
    ++utterances_;
    if (!config_.recognise) figures_.utterances.add_alone();  // with it, those that have a text count
  }
  open_ = true;
  passed_on_ = started.start_sample;
  if (first) {
    events_.tell(SpeechStarted{.utterance = utterances_,
                               .at_s = static_cast<double>(started.onset_sample) / speech::kSampleRateHz});
  }
  SegmentStarted begun{
      .utterance = utterances_, .start_sample = started.start_sample, .onset_sample = started.onset_sample};
  if (const Passage* const onset = passage_of(started.onset_sample); onset != nullptr && !after_cut) {
    begun.onset_delivered_at = onset->delivered_at;
    begun.onset_conditioning = onset->conditioned_at - onset->delivered_at;
    begun.onset_gathering = onset->gathering;
  }
  turn(begun);
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
  const std::uint64_t losses =
      figures_.capture.overruns.value() + figures_.process.overruns.value() + figures_.failures.detection.value();
  if (losses > losses_told_) {
    losses_told_ = losses;
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
