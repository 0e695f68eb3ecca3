#include "voicestand/pipeline/transcription.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <variant>

#include "voicestand/dsp/conditioner.h"
#include "voicestand/pipeline/speech_finder.h"
#include "voicestand/rt/block_pool.h"
#include "voicestand/speech/audio_view.h"

namespace voicestand::pipeline {
namespace {

constexpr std::size_t kReadFrames = 4'096;
// 36 s of audio: the longest segment and some more. A file can wait, so its pages need not be kept in memory.
constexpr rt::BlockPool::Config kPool{.blocks = {0, 140, 0}, .lock = false};

double seconds(std::uint64_t samples) {
  return static_cast<double>(samples) / speech::kSampleRateHz;
}

// One recording on its way: windows in, segments of text out.
class Run {
 public:
  Run(rt::BlockPool& pool, speech::VoiceActivityDetector& detector, speech::Recognizer& recognizer,
      const speech::Segmenter& segmenter)
      : recognizer_(recognizer), finder_(pool, detector, segmenter) {
    detector.reset();
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
    if (auto done = apply(finder_.finish(heard_)); !done) return std::unexpected(std::move(done.error()));
    transcript_.audio_s = seconds(heard_);
    return std::move(transcript_);
  }

  [[nodiscard]] double audio_s() const { return seconds(heard_); }

 private:
  Result<void> window() {
    filled_ = 0;
    if (!finder_.make_room()) return fail(Errc::kNoSpace, "out of memory", {}, "close other programs");
    if (auto done = apply(finder_.feed(window_).events); !done) return done;
    finder_.forget(finder_.history().end());
    return {};
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
    speech::AudioView audio;
    for (std::uint64_t at = open_.start_sample; at < ended.end_sample;) {
      const auto stretch = finder_.history().stretch(at, ended.end_sample);
      if (stretch.block == nullptr) {
        return fail(Errc::kBadConfig, "a segment is longer than the audio that is kept", {},
                    "lower segmentation.max_segment_s");
      }
      audio.append(stretch.block->samples().subspan(stretch.first, stretch.count));
      at += stretch.count;
    }
    auto hypothesis = recognizer_.recognize({.audio = std::move(audio), .careful = true});
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

  speech::Recognizer& recognizer_;
  SpeechFinder finder_;
  std::array<float, speech::kWindowSamples> window_{};
  std::size_t filled_ = 0;
  std::uint64_t heard_ = 0;
  speech::SpeechStarted open_{};
  Transcript transcript_;
};

}  // namespace

Result<Transcript> Transcription::run(const Input& input, const Progress& progress) {
  auto segmenter = speech::Segmenter::create(segmenter_);
  if (!segmenter) return std::unexpected(std::move(segmenter.error()));
  auto conditioner = dsp::Conditioner::create(input.format.sample_rate_hz, input.format.channels, kReadFrames);
  if (!conditioner) return std::unexpected(std::move(conditioner.error()));

  auto pool = rt::BlockPool::create(kPool);
  if (!pool) return std::unexpected(std::move(pool.error()));
  Run run(**pool, detector_, recognizer_, *segmenter);
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
