#pragma once

#include <memory>
#include <string>
#include <thread>

#include "voicestand/audio/audio_source.h"
#include "voicestand/audio/pcm_stream.h"
#include "voicestand/audio/sample_encoding.h"
#include "voicestand/base/clock.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::audio {

// Audio that another program pipes in: WAV when it begins like WAV, raw samples otherwise.
class StdinSource final : public AudioSource {
 public:
  // What samples without a header are.
  struct Raw {
    AudioFormat format{.sample_rate_hz = 16'000, .channels = 1};
    SampleEncoding encoding = SampleEncoding::kS16;
  };

  // `fd`: a pipe, socket, terminal or file, blocking or not; it stays the caller's and must outlive the source, as must
  // `clock`. Errors: kUsage for a raw format out of AudioFormat's limits, kIo.
  [[nodiscard]] static Result<std::unique_ptr<StdinSource>> create(int fd, Raw raw, const Clock& clock);

  ~StdinSource() override { stop(); }

  // What is wrong with the stream is found while reading: the sink's failed() tells.
  [[nodiscard]] Result<void> start(CaptureSink& sink) override;
  void stop() noexcept override;  // interrupts a read that waits
  [[nodiscard]] bool live() const noexcept override { return false; }
  [[nodiscard]] std::string description() const override { return "standard input"; }

 private:
  StdinSource(int fd, posix::UniqueFd interrupt, Raw raw, const Clock& clock)
      : fd_(fd), interrupt_(std::move(interrupt)), raw_(raw), clock_(clock) {}
  [[nodiscard]] Result<PcmStream> open_stream(ByteReader& reader) const;
  [[nodiscard]] Result<void> deliver(const std::stop_token& stop, CaptureSink& sink) const;

  const int fd_;
  const posix::UniqueFd interrupt_;  // an eventfd: readable once stop() was called
  const Raw raw_;
  const Clock& clock_;

  // The owner's.
  std::jthread thread_;
};

}  // namespace voicestand::audio
