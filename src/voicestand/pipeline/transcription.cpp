#include "voicestand/pipeline/transcription.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <variant>

#include "voicestand/dsp/conditioner.h"
#include "voicestand/dsp/level_meter.h"
#include "voicestand/dsp/level_normaliser.h"
#include "voicestand/speech/speech_history.h"

namespace voicestand::pipeline {
namespace {

constexpr std::size_t kReadFrames = 4'096;
constexpr std::size_t kHistorySamples = std::size_t{34} * speech::kSampleRateHz;

double seconds(std::uint64_t samples) {
  return static_cast<double>(samples) / speech::kSampleRateHz;
}

// One recording on its way: windows in, segments of text out.
class Run {
 public:
  Run(speech::VoiceActivityDetector& detector, speech::Recognizer& recognizer, const speech::Segmenter& segmenter)
      : detector_(detector), recognizer_(recognizer), segmenter_(segmenter), history_(kHistorySamples) {
    detector_.reset();
  }

  Result<void> take(std::span<const float> frames) {
    heard_ += frames.size();
    while (!frames.empty()) {
      const std::size_t count = std::min(frames.size(), window_.size() - filled_);
      std::copy_n(frames.begin(), count, window_.begin() + static_cast<std::ptrdiff_t>(filled_));
      filled_ += count;
      frames = frames.subspan(count);
      if (filled_ < window_.size()) break;
      if (auto done = window(); !done) return done;
    }
    return {};
  }

  Result<Transcript> finish() {
    if (filled_ > 0) {
      std::fill(window_.begin() + static_cast<std::ptrdiff_t>(filled_), window_.end(), 0.0F);
      if (auto done = window(); !done) return std::unexpected(std::move(done.error()));
    }
    if (auto done = apply(segmenter_.finish(heard_)); !done) return std::unexpected(std::move(done.error()));
    transcript_.audio_s = seconds(heard_);
    return std::move(transcript_);
  }

  [[nodiscard]] double audio_s() const { return seconds(heard_); }

 private:
  Result<void> window() {
    filled_ = 0;
    history_.append(window_);
    const float rms_dbfs = dsp::measure_level(window_).rms_dbfs;
    normaliser_.process(window_, window_);
    return apply(segmenter_.feed(detector_.probability(window_), rms_dbfs));
  }

  Result<void> apply(const speech::SegmentEvents& events) {
    for (const auto& event : events) {
      if (const auto* started = std::get_if<speech::SpeechStarted>(&event)) {
        open_ = *started;
      } else if (const auto* ended = std::get_if<speech::SpeechEnded>(&event)) {
        if (auto done = recognise(*ended); !done) return done;
      }
    }
    return {};
  }

  Result<void> recognise(const speech::SpeechEnded& ended) {
    audio_.resize(ended.end_sample - open_.start_sample);
    if (!history_.copy(open_.start_sample, ended.end_sample, audio_)) {
      return fail(Errc::kBadConfig, "a segment is longer than the audio that is kept", {},
                  "lower segmentation.max_segment_s");
    }
    auto hypothesis = recognizer_.recognize(audio_);
    if (!hypothesis) return std::unexpected(std::move(hypothesis.error()));
    transcript_.decode_s += std::chrono::duration<double>(hypothesis->decode_time).count();
    if (hypothesis->text.empty()) return {};
    if (hypothesis->words) {
      for (speech::Word& word : *hypothesis->words) {
        word.start_s += seconds(open_.start_sample);
        word.end_s += seconds(open_.start_sample);
      }
    }
    transcript_.segments.push_back({.start_s = seconds(open_.onset_sample),
                                    .end_s = seconds(ended.speech_end_sample),
                                    .text = std::move(hypothesis->text),
                                    .words = std::move(hypothesis->words)});
    return {};
  }

  speech::VoiceActivityDetector& detector_;
  speech::Recognizer& recognizer_;
  speech::Segmenter segmenter_;
  speech::SpeechHistory history_;
  dsp::LevelNormaliser normaliser_;
  std::array<float, speech::kWindowSamples> window_{};
  std::size_t filled_ = 0;
  std::uint64_t heard_ = 0;
  speech::SpeechStarted open_{};
  std::vector<float> audio_;
  Transcript transcript_;
};

}  // namespace

Result<Transcript> Transcription::run(const Input& input, const Progress& progress) {
  auto segmenter = speech::Segmenter::create(segmenter_);
  if (!segmenter) return std::unexpected(std::move(segmenter.error()));
  auto conditioner = dsp::Conditioner::create(input.format.sample_rate_hz, input.format.channels, kReadFrames);
  if (!conditioner) return std::unexpected(std::move(conditioner.error()));

  Run run(detector_, recognizer_, *segmenter);
  const auto channels = static_cast<std::size_t>(input.format.channels);
  std::vector<float> read(kReadFrames * channels);
  std::vector<float> conditioned(std::max(conditioner->max_output(kReadFrames), conditioner->max_flush_output()));
  for (;;) {
    if (!progress(run.audio_s())) return fail(Errc::kInterrupted, "interrupted");
    const auto count = input.read(read);
    if (!count) return std::unexpected(count.error());
    if (*count == 0) break;
    const std::size_t frames = conditioner->process(std::span(read).first(*count), conditioned);
    if (auto taken = run.take(std::span(conditioned).first(frames)); !taken)
      return std::unexpected(std::move(taken.error()));
  }
  const std::size_t frames = conditioner->flush(conditioned);
  if (auto taken = run.take(std::span(conditioned).first(frames)); !taken)
    return std::unexpected(std::move(taken.error()));
  return run.finish();
}

}  // namespace voicestand::pipeline
