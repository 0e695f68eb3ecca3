#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "voicestand/audio/audio_source.h"
#include "voicestand/base/clock.h"
#include "voicestand/lib/alsa/capture_pcm.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::audio {

// A microphone through ALSA, for machines without a sound server. A thread reads period by period; a device that is
// gone, or has given nothing for kSilenceLimit, counts as lost and is opened again as soon as it is there.
class AlsaSource final : public AudioSource {
 public:
  static constexpr std::chrono::milliseconds kSilenceLimit{450};  // so that a loss is noticed within 0.5 s
  static constexpr std::chrono::milliseconds kRetryEvery{250};

  struct Options {
    std::string device = "default";  // any ALSA name: "hw:0", "plughw:CARD=Mic", …
    int sample_rate_hz = 48'000;     // the device's nearest is taken
    int period_frames = 128;         // the device's nearest is taken
  };

  // `clock` outlives the source.
  AlsaSource(Options options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}
  ~AlsaSource() override { stop(); }

  // Errors: kDeviceMissing with the devices that there are, kBadAudio for a format out of AudioFormat's limits, kIo.
  [[nodiscard]] Result<void> start(CaptureSink& sink) override;
  void stop() noexcept override;
  [[nodiscard]] bool live() const noexcept override { return true; }
  [[nodiscard]] std::string description() const override { return options_.device + " (ALSA)"; }

 private:
  // One opened device and the room for a period of it.
  struct Device {
    alsa::CapturePcm pcm;
    AudioFormat format;
    std::vector<std::byte> bytes;
    std::vector<float> samples;
  };
  enum class End : std::uint8_t { kStopped, kLost };

  [[nodiscard]] Result<Device> open() const;
  void run(CaptureSink& sink, Device device);
  [[nodiscard]] End deliver(CaptureSink& sink, Device& device, bool& lost) const;
  [[nodiscard]] std::optional<Device> reopen() const;                           // none: stopped
  [[nodiscard]] bool sleep(std::chrono::milliseconds duration) const noexcept;  // false: stopped

  const Options options_;
  const Clock& clock_;
  posix::UniqueFd interrupt_;  // an eventfd: readable once stop() was called

  // The owner's.
  std::jthread thread_;
};

}  // namespace voicestand::audio
