#include "serve.h"

#include <cstring>
#include <vector>

#include <poll.h>

#include "voicestand/lib/sherpa/engine_memory.h"
#include "voicestand/speech/worker_protocol.h"

namespace voicestand {
namespace {

namespace protocol = speech::worker_protocol;

constexpr int kIdleMs = 2'000;

// A copy: the parent may give up on this request and write the next one's audio while this one is decoded.
Result<std::vector<float>> copy_audio(std::uint64_t samples, const posix::SharedMemory& audio) {
  if (samples < sherpa::SherpaEngine::kMinSamples || samples > audio.bytes().size() / sizeof(float)) {
    return fail(Errc::kBadData, "impossible number of samples", "request");
  }
  std::vector<float> copy(samples);
  std::memcpy(copy.data(), audio.bytes().data(), samples * sizeof(float));
  return copy;
}

Result<protocol::Message> answer(const protocol::Message& request, const posix::SharedMemory& audio,
                                 sherpa::SherpaEngine& engine) {
  if (request.kind != protocol::Kind::kDecode) return fail(Errc::kBadData, "unexpected message", "request");
  const auto samples = copy_audio(request.value, audio);
  if (!samples) return std::unexpected(samples.error());
  auto transcript = engine.decode(*samples);
  if (!transcript) return std::unexpected(transcript.error());
  return protocol::Message{.kind = protocol::Kind::kDecoded,
                           .sequence = request.sequence,
                           .value = static_cast<std::uint64_t>(transcript->decode_time.count()),
                           .text = std::move(transcript->text)};
}

}  // namespace

Result<void> serve(const posix::PacketSocket& parent, const posix::SharedMemory& audio, sherpa::SherpaEngine& engine) {
  protocol::Packet packet{};
  for (bool idle = false;;) {
    pollfd readable{.fd = parent.fd(), .events = POLLIN, .revents = 0};
    if (::poll(&readable, 1, idle ? -1 : kIdleMs) == 0) {
      sherpa::release_free_memory();
      idle = true;
      continue;
    }
    idle = false;
    const auto size = parent.receive(packet);
    if (!size) return std::unexpected(size.error());
    if (*size == 0) return {};
    const auto request = protocol::unpack(std::span(packet).first(*size));
    if (!request) return std::unexpected(request.error());
    const auto reply = answer(*request, audio, engine);
    if (!reply) return std::unexpected(reply.error());
    if (!parent.send(protocol::pack(*reply))) return {};
  }
}

}  // namespace voicestand
