#include "voicestand/lib/pipewire/playback_stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "voicestand/lib/pipewire/library.h"
#include "voicestand/lib/pipewire/stream_format.h"

namespace voicestand::pipewire {

struct PlaybackStream::Impl {
  const Library& pw;
  pw_thread_loop* loop = nullptr;
  pw_stream* stream = nullptr;
  spa_hook hook{};
  const std::vector<float> samples;

  // The data thread's.
  std::size_t played = 0;

  Impl(const Library& library, std::vector<float> sound) : pw(library), samples(std::move(sound)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (stream == nullptr) return;
    pw.pw_thread_loop_lock(loop);
    spa_hook_remove(&hook);
    pw.pw_stream_destroy(stream);
    pw.pw_thread_loop_unlock(loop);
  }

  static void on_process(void* data) {
    auto* self = static_cast<Impl*>(data);
    pw_buffer* const buffer = self->pw.pw_stream_dequeue_buffer(self->stream);
    if (buffer == nullptr) return;
    self->fill(*buffer);
    self->pw.pw_stream_queue_buffer(self->stream, buffer);
  }

  // The next of the sound, then silence.
  void fill(const pw_buffer& buffer) noexcept {
    if (buffer.buffer->n_datas == 0 || buffer.buffer->datas[0].data == nullptr) return;
    const spa_data& data = buffer.buffer->datas[0];
    std::size_t room = data.maxsize / sizeof(float);
    if (buffer.requested > 0) room = std::min<std::size_t>(room, buffer.requested);
    const std::size_t count = std::min(room, samples.size() - played);
    auto* const out = static_cast<float*>(data.data);
    std::copy_n(samples.data() + played, count, out);
    std::fill_n(out + count, room - count, 0.0F);
    played += count;
    data.chunk->offset = 0;
    data.chunk->stride = sizeof(float);
    data.chunk->size = static_cast<std::uint32_t>(room * sizeof(float));
  }

  static constexpr pw_stream_events kEvents = [] {
    pw_stream_events events{};
    events.version = PW_VERSION_STREAM_EVENTS;
    events.process = on_process;
    return events;
  }();

  int connect(pw_core* core, int sample_rate_hz) {
    pw_properties* properties = pw.pw_properties_new(PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Playback",
                                                     PW_KEY_MEDIA_ROLE, "Notification", PW_KEY_APP_NAME, "VoiceStand",
                                                     PW_KEY_NODE_NAME, "voicestand-sounds", nullptr);
    stream = pw.pw_stream_new(core, "sounds", properties);
    if (stream == nullptr) return -errno;
    pw.pw_stream_add_listener(stream, &hook, &kEvents, this);
    alignas(8) std::array<std::byte, kFormatBytes> buffer{};
    const spa_pod* offer = offer_format(buffer, 1, sample_rate_hz);
    constexpr auto kFlags = static_cast<pw_stream_flags>(PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS |
                                                         PW_STREAM_FLAG_RT_PROCESS);
    return pw.pw_stream_connect(stream, PW_DIRECTION_OUTPUT, PW_ID_ANY, kFlags, &offer, 1);
  }
};

PlaybackStream::PlaybackStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

PlaybackStream::~PlaybackStream() = default;

Result<std::unique_ptr<PlaybackStream>> PlaybackStream::play(Connection& connection, std::vector<float> samples,
                                                             int sample_rate_hz) {
  std::unique_ptr<PlaybackStream> playback(
      new PlaybackStream(std::make_unique<Impl>(connection.library(), std::move(samples))));
  Impl& impl = *playback->impl_;
  impl.loop = connection.loop();
  impl.pw.pw_thread_loop_lock(impl.loop);
  const int connected = impl.connect(connection.core(), sample_rate_hz);
  impl.pw.pw_thread_loop_unlock(impl.loop);
  if (connected < 0) return fail(Errc::kIo, std::strerror(-connected), "PipeWire", "try again");
  return playback;
}

}  // namespace voicestand::pipewire
