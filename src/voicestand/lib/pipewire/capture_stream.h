#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>

#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"
#include "voicestand/lib/pipewire/connection.h"
#include "voicestand/lib/pipewire/device.h"

namespace voicestand::pipewire {

class CaptureListener {
 public:
  virtual ~CaptureListener() = default;

  // Thread: PipeWire's data thread. Real-time: yes. The samples are valid during the call; a whole number of frames.
  virtual void captured(std::span<const float> interleaved, int sample_rate_hz, int channels) noexcept VS_REALTIME = 0;
};

// One stream of captured sound. Thread: one at a time. Real-time: no.
class CaptureStream {
 public:
  struct Options {
    std::optional<Device> device;  // none: the user's default device, followed when it changes
    int latency_frames = 128;      // asked for, at latency_rate_hz; the device may grant another
    int latency_rate_hz = 48'000;
    int max_channels = 8;         // more are not delivered, see too_many_channels()
    std::optional<int> channels;  // none: as many as the device has
  };

  // Delivers from now on until destroyed. `connection` and `listener` outlive the stream. A stream on a named device
  // ends with it instead of moving to another. Errors: kDeviceMissing, kIo.
  [[nodiscard]] static Result<std::unique_ptr<CaptureStream>> open(Connection& connection, const Options& options,
                                                                   CaptureListener& listener);
  ~CaptureStream();
  CaptureStream(const CaptureStream&) = delete;
  CaptureStream& operator=(const CaptureStream&) = delete;

  // Asks for another length of blocks; the device may grant one or not.
  void ask_for_latency(int frames, int rate_hz);

  // Thread: any. Real-time: yes. PipeWire has given the stream up.
  [[nodiscard]] bool failed() const noexcept { return failed_.load(std::memory_order_relaxed); }

  // Thread: any. Real-time: yes. Nothing is delivered: the device has more than max_channels.
  [[nodiscard]] bool too_many_channels() const noexcept { return too_many_channels_.load(std::memory_order_relaxed); }

 private:
  struct Impl;  // PipeWire's objects and the callbacks
  explicit CaptureStream(std::unique_ptr<Impl> impl);

  // Flags alone, that order nothing. Set by the event thread.
  std::atomic<bool> failed_{false};
  std::atomic<bool> too_many_channels_{false};
  std::unique_ptr<Impl> impl_;
};

}  // namespace voicestand::pipewire
