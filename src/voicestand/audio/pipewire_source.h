#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "voicestand/audio/audio_source.h"
#include "voicestand/base/clock.h"
#include "voicestand/lib/pipewire/capture_stream.h"
#include "voicestand/lib/pipewire/connection.h"

namespace voicestand::audio {

// A microphone, or what a sink plays, through PipeWire. Looks after itself: when no sound has come for kSilenceLimit
// (error callbacks may never come) the device counts as lost, and is sought until it is back.
class PipeWireSource final : public AudioSource, private pipewire::CaptureListener {
 public:
  static constexpr std::chrono::milliseconds kSilenceLimit{400};  // with kCheckEvery: noticed within 0.5 s
  static constexpr std::chrono::milliseconds kCheckEvery{50};
  static constexpr std::chrono::milliseconds kRetryEvery{250};
  static constexpr int kUnhurriedBlocks = 8;                          // of the usual length, in one
  static constexpr std::chrono::milliseconds kFirstBlockLimit{3000};  // Bluetooth takes this long to wake up

  struct Options {
    std::string device;        // "vs.monitor", a description or an id; empty: the default device, followed
    int latency_frames = 128;  // of latency_rate_hz, asked of the device
    int latency_rate_hz = 48'000;
  };

  // `clock` outlives the source.
  PipeWireSource(Options options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}
  ~PipeWireSource() override { stop(); }

  // Waits for the first block. Errors: kServiceMissing when PipeWire or its session manager does not run,
  // kDeviceMissing with the devices that there are, kIo.
  [[nodiscard]] Result<void> start(CaptureSink& sink) override;
  void stop() noexcept override;
  void take_its_time(bool may) noexcept override { unhurried_.store(may, std::memory_order_relaxed); }
  [[nodiscard]] bool live() const noexcept override { return true; }
  [[nodiscard]] std::string description() const override;

 private:
  void captured(std::span<const float> interleaved, int sample_rate_hz, int channels) noexcept VS_REALTIME override;

  [[nodiscard]] Result<void> connect();
  [[nodiscard]] Result<void> open_stream(std::optional<int> channels);
  void disconnect() noexcept;
  [[nodiscard]] bool first_block_comes(const std::stop_token& stop);
  [[nodiscard]] bool still_delivering() const noexcept;
  void watch(const std::stop_token& stop) noexcept;
  void pass_on_hurry();
  [[nodiscard]] bool reconnect(const std::stop_token& stop) noexcept;  // false: stop was requested
  bool sleep_for(const std::stop_token& stop,
                 std::chrono::milliseconds duration) noexcept;  // false: stop was requested

  const Options options_;
  const Clock& clock_;
  CaptureSink* sink_ = nullptr;  // set before anything delivers

  // Written by the data thread (released), read by the watching one (acquired): when the last block came; 0: none yet.
  std::atomic<Clock::Duration::rep> last_block_at_{0};

  std::atomic<bool> unhurried_{false};  // relaxed: a wish, which the watching thread passes on

  // Used by start(), then by the watching thread.
  bool asked_unhurried_ = false;
  std::unique_ptr<pipewire::Connection> connection_;
  std::optional<pipewire::Device> device_;  // none: the default one
  std::unique_ptr<pipewire::CaptureStream> stream_;

  mutable std::mutex description_mutex_;  // protects description_
  std::string description_ = "default device (PipeWire)";

  std::mutex sleep_mutex_;  // guards nothing: the condition below needs one
  std::condition_variable_any woken_;

  // The owner's.
  std::jthread watcher_;
};

}  // namespace voicestand::audio
