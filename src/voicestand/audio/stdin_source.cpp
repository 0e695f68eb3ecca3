#include "voicestand/audio/stdin_source.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <sys/eventfd.h>

#include "voicestand/audio/delivery.h"
#include "voicestand/audio/media_signature.h"
#include "voicestand/audio/sample_check.h"
#include "voicestand/audio/wav_header.h"

namespace voicestand::audio {
namespace {

constexpr const char* kWhere = "standard input";
constexpr int kBlocksPerSecond = 100;  // a delivery holds at most 10 ms

Error located(Error error) {
  if (error.where.empty()) error.where = kWhere;
  if (error.remedy.empty()) error.remedy = "pipe in WAV, or raw samples of the rate and format that are set";
  return error;
}

}  // namespace

Result<std::unique_ptr<StdinSource>> StdinSource::create(int fd, Raw raw, const Clock& clock) {
  if (auto fits = check_format(raw.format, kWhere); !fits) {
    return fail(Errc::kUsage, fits.error().what, kWhere, fits.error().remedy);
  }
  posix::UniqueFd interrupt(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!interrupt) return fail(Errc::kIo, std::strerror(errno), kWhere, "raise the limit on open files");
  return std::unique_ptr<StdinSource>(new StdinSource(fd, std::move(interrupt), raw, clock));
}

Result<void> StdinSource::start(CaptureSink& sink) {
  thread_ = std::jthread([this, &sink](const std::stop_token& stop) {
    auto delivered = deliver(stop, sink);
    if (!delivered && delivered.error().code != Errc::kInterrupted) sink.failed(located(std::move(delivered.error())));
  });
  return {};
}

void StdinSource::stop() noexcept {
  thread_.request_stop();
  static_cast<void>(::eventfd_write(interrupt_.get(), 1));
  if (thread_.joinable()) thread_.join();
}

Result<PcmStream> StdinSource::open_stream(ByteReader& reader) const {
  std::array<std::byte, WavHeader::kIdBytes> id{};
  const auto got = reader.read_all(id);
  if (!got) return std::unexpected(got.error());
  const auto start = std::span(id).first(*got);
  if (!WavHeader::recognises(start)) {
    if (const auto kind = media_signature(start); !kind.empty()) {
      return fail(Errc::kBadAudio, "this is " + std::string(kind) + ", not WAV or raw samples", kWhere,
                  "give it as a file, or convert it: ffmpeg -i FILE -f wav -");
    }
    return PcmStream({.format = raw_.format, .encoding = raw_.encoding, .data_bytes = std::nullopt}, start);
  }
  const auto header = WavHeader::read(id, reader);
  if (!header) return std::unexpected(header.error());
  if (auto fits = check_format(header->format, kWhere); !fits) return std::unexpected(fits.error());
  return PcmStream({.format = header->format, .encoding = header->encoding, .data_bytes = header->data_bytes}, {});
}

Result<void> StdinSource::deliver(const std::stop_token& stop, CaptureSink& sink) const {
  FdReader reader(fd_, interrupt_.get(), std::nullopt);
  auto stream = open_stream(reader);
  if (!stream) return std::unexpected(stream.error());
  const AudioFormat format = stream->format();
  std::vector<float> block(static_cast<std::size_t>(format.sample_rate_hz / kBlocksPerSecond * format.channels));
  while (true) {
    const auto got = stream->read(reader, block);
    if (!got) return std::unexpected(got.error());
    if (*got == 0) {
      sink.ended();
      return {};
    }
    const CaptureBlock captured{
        .samples = std::span(block).first(*got), .format = format, .delivered_at = clock_.now()};
    if (!deliver_waiting(stop, sink, captured)) return {};
  }
}

}  // namespace voicestand::audio
