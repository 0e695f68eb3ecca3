#include "voicestand/audio/alsa_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>

#include "voicestand/audio/sample_check.h"
#include "voicestand/audio/sample_encoding.h"

namespace voicestand::audio {
namespace {

SampleEncoding encoding_of(alsa::SampleLayout layout) noexcept {
  switch (layout) {
    case alsa::SampleLayout::kF32:
      return SampleEncoding::kF32;
    case alsa::SampleLayout::kS32:
      return SampleEncoding::kS32;
    case alsa::SampleLayout::kS24In32:
      return SampleEncoding::kS24In32;
    case alsa::SampleLayout::kS24:
      return SampleEncoding::kS24;
    case alsa::SampleLayout::kS16:
      return SampleEncoding::kS16;
  }
  return SampleEncoding::kS16;
}

constexpr std::chrono::milliseconds kRest{5};  // when a device says that it has frames and has none

// The frames that would have come in `passed`.
std::uint64_t frames_in(Clock::Duration passed, int sample_rate_hz) noexcept {
  const double seconds = std::chrono::duration<double>(passed).count();
  return static_cast<std::uint64_t>(std::max(0.0, seconds * sample_rate_hz));
}

}  // namespace

Result<void> AlsaSource::start(CaptureSink& sink) {
  interrupt_ = posix::UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!interrupt_) return fail(Errc::kIo, std::strerror(errno), options_.device, "raise the limit on open files");
  auto device = open();
  if (!device) return std::unexpected(device.error());
  thread_ = std::jthread([this, &sink, opened = std::move(*device)]() mutable { run(sink, std::move(opened)); });
  return {};
}

void AlsaSource::stop() noexcept {
  if (interrupt_) static_cast<void>(::eventfd_write(interrupt_.get(), 1));
  if (thread_.joinable()) thread_.join();
}

Result<AlsaSource::Device> AlsaSource::open() const {
  auto pcm = alsa::CapturePcm::open(options_.device, {.sample_rate_hz = options_.sample_rate_hz,
                                                      .max_channels = AudioFormat::kMaxChannels,
                                                      .period_frames = options_.period_frames});
  if (!pcm) return std::unexpected(pcm.error());
  const auto& format = pcm->format();
  const AudioFormat ours{.sample_rate_hz = format.sample_rate_hz, .channels = format.channels};
  if (auto fits = check_format(ours, options_.device); !fits) return std::unexpected(fits.error());
  std::vector<std::byte> bytes(format.period_frames * format.frame_bytes);
  std::vector<float> samples(format.period_frames * static_cast<std::size_t>(format.channels));
  return Device{.pcm = std::move(*pcm), .format = ours, .bytes = std::move(bytes), .samples = std::move(samples)};
}

AlsaSource::End AlsaSource::deliver(CaptureSink& sink, Device& device, bool& lost) const {
  const SampleDecoder decoder(encoding_of(device.pcm.format().layout));
  Clock::TimePoint last_frames_at = clock_.now();
  Clock::TimePoint silent_since = last_frames_at;
  bool overrun = false;
  while (true) {
    const auto ready = device.pcm.wait(interrupt_.get(), kSilenceLimit);
    if (ready == alsa::CapturePcm::Ready::kInterrupted) return End::kStopped;
    if (ready == alsa::CapturePcm::Ready::kTimeout) return End::kLost;
    const auto read = device.pcm.read(device.bytes);
    if (!read) return End::kLost;
    const Clock::TimePoint now = clock_.now();
    if (read->overrun && !overrun) silent_since = now;  // it was we who slept: the device gets its time again
    overrun = overrun || read->overrun;
    if (read->frames == 0) {
      if (now - silent_since > kSilenceLimit) return End::kLost;
      if (!sleep(kRest)) return End::kStopped;
      continue;
    }
    if (lost) sink.restored(description());
    lost = false;
    const int rate = device.format.sample_rate_hz;
    const std::uint64_t missed = overrun ? std::max<std::uint64_t>(1, frames_in(now - last_frames_at, rate)) : 0;
    const auto samples =
        std::span(device.samples).first(read->frames * static_cast<std::size_t>(device.format.channels));
    decoder.decode(device.bytes, samples);
    // A block without room is let go: the sink counts it.
    static_cast<void>(
        sink.push({.samples = samples, .format = device.format, .delivered_at = now, .gap_frames = missed}));
    last_frames_at = silent_since = now;
    overrun = false;
  }
}

std::optional<AlsaSource::Device> AlsaSource::reopen() const {
  while (sleep(kRetryEvery)) {
    if (auto device = open()) return std::move(*device);
  }
  return std::nullopt;
}

void AlsaSource::run(CaptureSink& sink, Device first) {
  std::optional<Device> device(std::move(first));
  bool lost = false;  // told, and not yet restored: only sound proves that a device is back
  while (device && deliver(sink, *device, lost) == End::kLost) {
    device.reset();  // a device that comes back can be opened only when nobody holds the old one
    if (!lost) sink.lost(description());
    lost = true;
    device = reopen();
  }
}

bool AlsaSource::sleep(std::chrono::milliseconds duration) const noexcept {
  pollfd stopped{.fd = interrupt_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&stopped, 1, static_cast<int>(duration.count())) == 0;
}

}  // namespace voicestand::audio
