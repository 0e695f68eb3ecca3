#pragma once

#include <optional>
#include <string>

#include "voicestand/audio/audio_format.h"
#include "voicestand/audio/capture_sink.h"
#include "voicestand/base/result.h"

namespace voicestand::audio {

// A microphone, a file or a stream: delivers interleaved float blocks from a thread of its own.
class AudioSource {
 public:
  virtual ~AudioSource() = default;  // stops first

  // Thread: the owner. Real-time: no. Begins delivering into `sink`, which must outlive stop(). Errors: kDeviceMissing,
  // kServiceMissing, kBadAudio, kIo. Called once.
  [[nodiscard]] virtual Result<void> start(CaptureSink& sink) = 0;

  // Thread: the owner. Real-time: no, joins the delivering thread. No call into the sink follows. Idempotent.
  virtual void stop() noexcept = 0;

  // Thread: any. Real-time: no. Nobody is in a hurry for what it delivers: it may come in longer blocks, which cost
  // less, soon; or again as short as can be. Not every source can.
  virtual void take_its_time(bool /*may*/) noexcept {}

  // Thread: any. A live source drops what the sink cannot take; the others wait.
  [[nodiscard]] virtual bool live() const noexcept = 0;

  // Thread: any. For people: "Built-in Microphone (PipeWire)", "speech.flac".
  [[nodiscard]] virtual std::string description() const = 0;

  // Thread: any. The whole length where it is known before the end (files).
  [[nodiscard]] virtual std::optional<double> duration_s() const { return std::nullopt; }
};

}  // namespace voicestand::audio
