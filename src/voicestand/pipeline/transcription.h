#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "voicestand/audio/audio_format.h"
#include "voicestand/base/result.h"
#include "voicestand/speech/recognizer.h"
#include "voicestand/speech/segmenter.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::pipeline {

struct TranscriptSegment {
  double start_s = 0;
  double end_s = 0;
  std::string text;
  std::optional<std::vector<speech::Word>> words;  // times from the start of the file
};

struct Transcript {
  std::vector<TranscriptSegment> segments;  // those with text, in order
  double audio_s = 0;
  double decode_s = 0;  // the engine's time alone
};

// Turns a whole recording into text, on the calling thread: the live path's stages, each pulled as fast as it goes.
class Transcription {
 public:
  struct Input {
    audio::AudioFormat format;
    // Fills the front of the span with interleaved samples, whole frames; 0 is the end.
    std::function<Result<std::size_t>(std::span<float>)> read;
  };
  // Told now and then how far it is; false ends it with kInterrupted.
  using Progress = std::function<bool(double audio_s)>;

  // All must outlive the calls. Real-time: no.
  Transcription(speech::VoiceActivityDetector& detector, speech::Recognizer& recognizer,
                const speech::SegmenterConfig& segmenter)
      : detector_(detector), recognizer_(recognizer), segmenter_(segmenter) {}

  // Thread: one. Memory stays bounded however long the recording. Errors: the input's, the recogniser's, kBadConfig,
  // kInterrupted.
  [[nodiscard]] Result<Transcript> run(const Input& input, const Progress& progress);

 private:
  speech::VoiceActivityDetector& detector_;
  speech::Recognizer& recognizer_;
  speech::SegmenterConfig segmenter_;
};

}  // namespace voicestand::pipeline
