#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "voicestand/base/result.h"

extern "C" {
struct _snd_pcm;  // ALSA's snd_pcm_t
}

namespace voicestand::alsa {

struct Library;

// Thread: any. Real-time: no. Whether libasound is there. Errors: kServiceMissing.
[[nodiscard]] Result<void> check_library();

// How a device writes a sample, little-endian.
enum class SampleLayout : std::uint8_t { kF32, kS32, kS24In32, kS24, kS16 };

struct CaptureFormat {
  int sample_rate_hz = 0;
  int channels = 0;
  SampleLayout layout = SampleLayout::kF32;
  std::size_t frame_bytes = 0;
  std::size_t period_frames = 0;
};

// A capture device, read in whole periods or less, never waiting but in wait().
// Thread: one at a time. Real-time: no.
class CapturePcm {
 public:
  struct Wanted {
    int sample_rate_hz = 48'000;  // the nearest that the device has; its own, where it converts nothing
    int max_channels = 8;         // the device's own number up to this
    int period_frames = 128;      // the nearest that the device has
  };

  // Errors: kDeviceMissing when there is none of this name (the message lists those that there are) or another program
  // holds it; kServiceMissing; kIo.
  [[nodiscard]] static Result<CapturePcm> open(const std::string& device, const Wanted& wanted);

  [[nodiscard]] const CaptureFormat& format() const noexcept { return format_; }

  enum class Ready : std::uint8_t { kFrames, kInterrupted, kTimeout };

  // Waits until read() has something to say, `interrupt` (a descriptor) is readable or the time is over.
  [[nodiscard]] Ready wait(int interrupt, std::chrono::milliseconds timeout);

  struct Read {
    std::size_t frames = 0;  // may be 0: nothing is there
    bool overrun = false;    // frames were lost before this call; the device runs again
  };

  // `bytes`: room for whole frames. Errors: kDeviceMissing when the device is gone; kIo.
  [[nodiscard]] Result<Read> read(std::span<std::byte> bytes);

 private:
  struct Close {
    void operator()(_snd_pcm* pcm) const noexcept;
  };
  explicit CapturePcm(const Library& alsa) noexcept : alsa_(&alsa) {}
  [[nodiscard]] Result<Read> recover(int error);

  const Library* alsa_;
  std::unique_ptr<_snd_pcm, Close> pcm_;
  std::string name_;
  CaptureFormat format_;
};

}  // namespace voicestand::alsa
