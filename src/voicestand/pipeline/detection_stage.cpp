#include "voicestand/pipeline/detection_stage.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <vector>

#include "voicestand/dsp/level_meter.h"

namespace voicestand::pipeline {
namespace {

// Trouble (a lost device, an overrun) is looked for at least so often while no audio comes.
constexpr std::chrono::milliseconds kWaitPatience{100};

// The longest segment, its pre-roll and what lies behind a cut.
constexpr std::size_t kHistorySamples = std::size_t{34} * speech::kSampleRateHz;

constexpr int kWindowsPerLevel = 2;  // 15.6 a second

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

}  // namespace

DetectionStage::DetectionStage(const Config& config, CaptureQueue& capture, ProcessQueue& in, SpeechQueue& out,
                               speech::VoiceActivityDetector& detector, const speech::Segmenter& segmenter,
                               EventSink& sink, const Clock& clock)
    : config_(config),
      capture_(capture),
      in_(in),
      out_(out),
      sink_(sink),
      clock_(clock),
      detector_(detector),
      segmenter_(segmenter),
      history_(kHistorySamples) {}

void DetectionStage::run() {
  std::array<float, speech::kWindowSamples> window{};
  for (;;) {
    in_.wait(window.size(), clock_.now() + kWaitPatience);
    const auto popped = in_.pop(window);
    tell_trouble();
    if (!popped) continue;
    if (popped->count == 0) break;
    std::fill(window.begin() + static_cast<std::ptrdiff_t>(popped->count), window.end(), 0.0F);
    work(window, popped->count, popped->delivered_at);
    if (!config_.live) out_.wait_for_room();
    if (popped->count < window.size()) break;
  }
  pass_on(segmenter_.finish(samples_seen()));
  out_.push(Released{.at = capture_.ended_at()});
  out_.end();
}

void DetectionStage::work(Window window, std::size_t count, Clock::TimePoint delivered_at) {
  history_.append(window);
  delivered_at_ = delivered_at;
  samples_seen_.fetch_add(count, std::memory_order_relaxed);  // statistics

  const dsp::Level level = dsp::measure_level(window);
  std::array<float, speech::kWindowSamples> normalised{};
  normaliser_.process(window, normalised);
  const auto events = segmenter_.feed(detector_.probability(normalised), level.rms_dbfs);
  pass_on(events);
  pass_on_audio();
  tell_level(level.peak_dbfs);
}

void DetectionStage::pass_on(const speech::SegmentEvents& events) {
  for (const auto& event : events) {
    std::visit(Overloaded{
                   [&](const speech::SpeechStarted& started) {
                     const bool first = utterances() == 0 || !config_.push_to_talk;
                     if (first) utterances_seen_.fetch_add(1, std::memory_order_relaxed);  // statistics
                     open_ = true;
                     passed_on_ = started.start_sample;
                     if (config_.recognise) {
                       out_.push(SegmentStarted{.utterance = utterances(),
                                                .start_sample = started.start_sample,
                                                .onset_sample = started.onset_sample});
                     }
                     if (first) {
                       sink_.on_event(
                           SpeechStarted{.utterance = utterances(),
                                         .at_s = static_cast<double>(started.onset_sample) / speech::kSampleRateHz});
                     }
                   },
                   [&](const speech::SpeechPaused& paused) {
                     pass_on_audio();
                     if (config_.recognise) out_.push(SegmentPaused{.speech_end_sample = paused.speech_end_sample});
                   },
                   [&](const speech::SpeechResumed&) {
                     if (config_.recognise) out_.push(SegmentResumed{});
                   },
                   [&](const speech::SpeechEnded& ended) {
                     pass_on_audio();
                     open_ = false;
                     if (config_.recognise) {
                       out_.push(SegmentEnded{.end_sample = ended.end_sample,
                                              .speech_end_sample = ended.speech_end_sample,
                                              .reason = ended.reason,
                                              .decided_at = clock_.now()});
                     }
                   },
               },
               event);
  }
}

void DetectionStage::pass_on_audio() {
  const std::uint64_t end = history_.end();
  if (!open_ || !config_.recognise || passed_on_ >= end) return;
  std::vector<float> samples(end - passed_on_);
  if (!history_.copy(passed_on_, end, samples)) return;
  passed_on_ = end;
  out_.push(SegmentAudio{
      .samples = std::move(samples), .delivered_at = delivered_at_, .speaking = segmenter_.speech_active()});
}

void DetectionStage::tell_trouble() {
  if (const std::uint64_t overruns = capture_.overruns() + in_.overruns(); overruns > overruns_told_) {
    overruns_told_ = overruns;
    sink_.on_event(
        Warning{.code = "overrun",
                .message = "the computer was too busy to take all audio; what was missed is filled with silence"});
  }
  for (const DeviceNotice& notice : capture_.take_notices()) {
    if (!notice.restored) {
      // What was said before the device went away is finished; what follows it later is something new.
      pass_on(segmenter_.finish());
      segmenter_.reset(history_.end());
      detector_.reset();
      sink_.on_event(Warning{.code = "device_lost", .message = notice.what});
    } else {
      sink_.on_event(Warning{.code = "device_restored", .message = notice.what});
    }
  }
}

void DetectionStage::tell_level(float peak_dbfs) {
  level_peak_dbfs_ = std::max(level_peak_dbfs_, peak_dbfs);
  if (++windows_since_level_ < kWindowsPerLevel) return;
  sink_.on_event(Level{.peak_dbfs = level_peak_dbfs_, .speech = segmenter_.speech_active()});
  level_peak_dbfs_ = -120;
  windows_since_level_ = 0;
}

}  // namespace voicestand::pipeline
