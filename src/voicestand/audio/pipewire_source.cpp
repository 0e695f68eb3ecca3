#include "voicestand/audio/pipewire_source.h"

#include <optional>
#include <utility>
#include <vector>

#include "voicestand/lib/pipewire/device.h"

namespace voicestand::audio {
namespace {

std::string names_of(const std::vector<pipewire::Device>& devices) {
  std::string names;
  for (const auto& device : devices) {
    if (!names.empty()) names += ", ";
    names += device.name() + " (" + device.description + ')';
  }
  return names.empty() ? "none" : names;
}

std::unexpected<Error> missing(const std::string& wanted, const std::vector<pipewire::Device>& devices) {
  if (wanted.empty()) {
    return fail(Errc::kDeviceMissing, "PipeWire knows no microphone", "PipeWire",
                "plug one in, or give a recording as the input");
  }
  return fail(Errc::kDeviceMissing, "there is no such device; there are: " + names_of(devices), wanted,
              "name one of them");
}

}  // namespace

Result<void> PipeWireSource::start(CaptureSink& sink) {
  sink_ = &sink;
  if (auto connected = connect(); !connected) {
    disconnect();
    return connected;
  }
  if (!first_block_comes({})) {
    disconnect();
    return fail(Errc::kServiceMissing, "the device delivers nothing", description(),
                "check that the session manager runs (systemctl --user start wireplumber)");
  }
  watcher_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
  return {};
}

void PipeWireSource::stop() noexcept {
  watcher_.request_stop();
  if (watcher_.joinable()) watcher_.join();
  disconnect();
}

std::string PipeWireSource::description() const {
  const std::lock_guard lock(description_mutex_);
  return description_;
}

void PipeWireSource::captured(std::span<const float> interleaved, int sample_rate_hz,
                              int channels) noexcept VS_REALTIME {
  const Clock::TimePoint now = clock_.now();
  // A block without room is let go: the sink counts it.
  static_cast<void>(sink_->push({.samples = interleaved,
                                 .format = {.sample_rate_hz = sample_rate_hz, .channels = channels},
                                 .delivered_at = now}));
  last_block_at_.store(now.time_since_epoch().count(), std::memory_order_release);  // pairs with still_delivering()
}

Result<void> PipeWireSource::connect() {
  last_block_at_.store(0, std::memory_order_relaxed);  // nothing delivers yet
  auto connection = pipewire::Connection::open();
  if (!connection) return std::unexpected(connection.error());
  const auto devices = (*connection)->devices();
  device_.reset();
  if (!options_.device.empty()) {
    const auto* found = pipewire::find_device(devices, options_.device);
    if (found == nullptr) return missing(options_.device, devices);
    device_ = *found;
    const std::lock_guard lock(description_mutex_);
    description_ = found->description + " (PipeWire)";
  } else if (devices.empty()) {
    return missing({}, devices);
  }
  connection_ = std::move(*connection);
  return open_stream(std::nullopt);
}

Result<void> PipeWireSource::open_stream(std::optional<int> channels) {
  stream_.reset();
  auto stream = pipewire::CaptureStream::open(*connection_,
                                              {.device = device_,
                                               .latency_frames = options_.latency_frames,
                                               .latency_rate_hz = options_.latency_rate_hz,
                                               .max_channels = AudioFormat::kMaxChannels,
                                               .channels = channels},
                                              *this);
  if (!stream) return std::unexpected(stream.error());
  stream_ = std::move(*stream);
  asked_unhurried_ = false;
  return {};
}

void PipeWireSource::disconnect() noexcept {
  stream_.reset();
  connection_.reset();
}

bool PipeWireSource::first_block_comes(const std::stop_token& stop) {
  const auto deadline = std::chrono::steady_clock::now() + kFirstBlockLimit;
  while (last_block_at_.load(std::memory_order_acquire) == 0) {  // pairs with captured()
    if (std::chrono::steady_clock::now() > deadline || stream_->failed() || !connection_->alive()) return false;
    if (stream_->too_many_channels() && !open_stream(AudioFormat::kMaxChannels)) return false;
    constexpr std::chrono::milliseconds kGlance{5};
    if (!sleep_for(stop, kGlance)) return false;
  }
  return true;
}

bool PipeWireSource::still_delivering() const noexcept {
  if (stream_->failed() || !connection_->alive()) return false;
  const auto last = last_block_at_.load(std::memory_order_acquire);  // pairs with captured()
  return clock_.now().time_since_epoch() - Clock::Duration(last) < kSilenceLimit;
}

void PipeWireSource::watch(const std::stop_token& stop) noexcept {
  while (sleep_for(stop, kCheckEvery)) {
    if (still_delivering()) {
      pass_on_hurry();
      continue;
    }
    disconnect();
    sink_->lost(description());
    if (!reconnect(stop)) return;
    sink_->restored(description());
  }
}

void PipeWireSource::pass_on_hurry() {
  const bool unhurried = unhurried_.load(std::memory_order_relaxed);
  if (std::exchange(asked_unhurried_, unhurried) == unhurried) return;
  stream_->ask_for_latency(options_.latency_frames * (unhurried ? kUnhurriedBlocks : 1), options_.latency_rate_hz);
}

bool PipeWireSource::reconnect(const std::stop_token& stop) noexcept {
  do {
    if (connect() && first_block_comes(stop)) return true;
    disconnect();
  } while (sleep_for(stop, kRetryEvery));
  return false;
}

bool PipeWireSource::sleep_for(const std::stop_token& stop, std::chrono::milliseconds duration) noexcept {
  std::unique_lock lock(sleep_mutex_);
  woken_.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace voicestand::audio
