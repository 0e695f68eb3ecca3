#include "voicestand/lib/pipewire/capture_stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "voicestand/lib/pipewire/library.h"
#include "voicestand/lib/pipewire/stream_format.h"

namespace voicestand::pipewire {
namespace {

// Both halves of a format in one word, so that the data thread never sees a torn one.
constexpr std::uint64_t pack(StreamFormat format) noexcept {
  return (std::uint64_t{format.sample_rate_hz} << 32U) | format.channels;
}
constexpr StreamFormat unpack(std::uint64_t word) noexcept {
  return {.sample_rate_hz = static_cast<std::uint32_t>(word >> 32U), .channels = static_cast<std::uint32_t>(word)};
}

// The samples that a buffer holds, whatever its producer wrote into its descriptor.
std::span<const float> samples_of(const spa_buffer& buffer, std::size_t channels) noexcept VS_REALTIME {
  if (buffer.n_datas == 0 || buffer.datas[0].data == nullptr || buffer.datas[0].chunk == nullptr) return {};
  const spa_data& data = buffer.datas[0];
  const std::uint32_t offset = std::min(data.chunk->offset, data.maxsize);
  const std::uint32_t size_bytes = std::min(data.chunk->size, data.maxsize - offset);
  const std::size_t samples = size_bytes / sizeof(float);
  const auto* first = reinterpret_cast<const float*>(static_cast<const std::byte*>(data.data) + offset);
  return {first, samples - samples % channels};
}

}  // namespace

struct CaptureStream::Impl {
  const Library& pw;
  CaptureStream* owner = nullptr;
  pw_thread_loop* loop = nullptr;
  pw_stream* stream = nullptr;
  spa_hook hook{};
  CaptureListener* listener = nullptr;
  std::uint32_t max_channels = 0;

  // Written by the event thread (released), read by the data thread (acquired); 0: none is agreed upon.
  std::atomic<std::uint64_t> format{0};

  explicit Impl(const Library& library) : pw(library) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (stream == nullptr) return;
    pw.pw_thread_loop_lock(loop);
    spa_hook_remove(&hook);
    pw.pw_stream_destroy(stream);
    pw.pw_thread_loop_unlock(loop);
  }

  static void on_state(void* data, pw_stream_state, pw_stream_state state, const char*) {
    auto* self = static_cast<Impl*>(data);
    if (state == PW_STREAM_STATE_ERROR || state == PW_STREAM_STATE_UNCONNECTED) {
      self->owner->failed_.store(true, std::memory_order_relaxed);
    }
  }

  static void on_param(void* data, std::uint32_t id, const spa_pod* param) {
    auto* self = static_cast<Impl*>(data);
    if (id != SPA_PARAM_Format) return;
    const auto agreed = param == nullptr ? std::nullopt : agreed_format(param);
    const bool too_many = agreed && agreed->channels > self->max_channels;
    self->owner->too_many_channels_.store(too_many, std::memory_order_relaxed);
    self->format.store(agreed && !too_many ? pack(*agreed) : 0, std::memory_order_release);  // pairs with on_process()
  }

  static void on_process(void* data) noexcept VS_REALTIME {
    auto* self = static_cast<Impl*>(data);
    const StreamFormat agreed = unpack(self->format.load(std::memory_order_acquire));  // pairs with on_param()
    while (pw_buffer* buffer = self->dequeue()) {
      if (agreed.channels > 0) self->deliver(samples_of(*buffer->buffer, agreed.channels), agreed);
      self->give_back(buffer);
    }
  }

  pw_buffer* dequeue() const noexcept VS_REALTIME {
    pw_buffer* buffer = nullptr;
    VS_RT_UNSAFE_BEGIN("pw_stream's buffer queue is a lock-free ring that its process callback is meant to use")
    buffer = pw.pw_stream_dequeue_buffer(stream);
    VS_RT_UNSAFE_END
    return buffer;
  }

  void give_back(pw_buffer* buffer) const noexcept VS_REALTIME {
    VS_RT_UNSAFE_BEGIN("pw_stream's buffer queue is a lock-free ring that its process callback is meant to use")
    pw.pw_stream_queue_buffer(stream, buffer);
    VS_RT_UNSAFE_END
  }

  void deliver(std::span<const float> samples, StreamFormat agreed) noexcept VS_REALTIME {
    if (samples.empty()) return;
    listener->captured(samples, static_cast<int>(agreed.sample_rate_hz), static_cast<int>(agreed.channels));
  }

  static constexpr pw_stream_events kEvents = [] {
    pw_stream_events events{};
    events.version = PW_VERSION_STREAM_EVENTS;
    events.state_changed = on_state;
    events.param_changed = on_param;
    events.process = on_process;
    return events;
  }();

  static std::string latency_text(int frames, int rate_hz) {
    return std::to_string(frames) + '/' + std::to_string(rate_hz);
  }

  int connect(pw_core* core, const Options& options) {
    const std::string latency = latency_text(options.latency_frames, options.latency_rate_hz);
    pw_properties* properties = pw.pw_properties_new(
        PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Capture", PW_KEY_MEDIA_ROLE, "Communication",
        PW_KEY_APP_NAME, "VoiceStand", PW_KEY_NODE_NAME, "voicestand", PW_KEY_NODE_LATENCY, latency.c_str(), nullptr);
    int flags = PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS | PW_STREAM_FLAG_RT_PROCESS;
    if (options.device) {
      pw.pw_properties_set(properties, PW_KEY_TARGET_OBJECT, options.device->node_name.c_str());
      if (options.device->monitor) pw.pw_properties_set(properties, PW_KEY_STREAM_CAPTURE_SINK, "true");
      flags |= PW_STREAM_FLAG_DONT_RECONNECT;
    }
    stream = pw.pw_stream_new(core, "voice capture", properties);
    if (stream == nullptr) return -errno;
    pw.pw_stream_add_listener(stream, &hook, &kEvents, this);
    alignas(8) std::array<std::byte, kFormatBytes> buffer{};
    const spa_pod* offer = offer_format(buffer, options.channels);
    return pw.pw_stream_connect(stream, PW_DIRECTION_INPUT, PW_ID_ANY, static_cast<pw_stream_flags>(flags), &offer, 1);
  }
};

CaptureStream::CaptureStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->owner = this;
}

CaptureStream::~CaptureStream() = default;

void CaptureStream::ask_for_latency(int frames, int rate_hz) {
  const std::string latency = Impl::latency_text(frames, rate_hz);
  const spa_dict_item item{.key = PW_KEY_NODE_LATENCY, .value = latency.c_str()};
  const spa_dict changed{.flags = 0, .n_items = 1, .items = &item};
  impl_->pw.pw_thread_loop_lock(impl_->loop);
  (void)impl_->pw.pw_stream_update_properties(impl_->stream, &changed);
  impl_->pw.pw_thread_loop_unlock(impl_->loop);
}

Result<std::unique_ptr<CaptureStream>> CaptureStream::open(Connection& connection, const Options& options,
                                                           CaptureListener& listener) {
  std::unique_ptr<CaptureStream> capture(new CaptureStream(std::make_unique<Impl>(connection.library())));
  Impl& impl = *capture->impl_;
  impl.loop = connection.loop();
  impl.listener = &listener;
  impl.max_channels = static_cast<std::uint32_t>(options.max_channels);
  impl.pw.pw_thread_loop_lock(impl.loop);
  const int connected = impl.connect(connection.core(), options);
  impl.pw.pw_thread_loop_unlock(impl.loop);
  if (connected < 0) return fail(Errc::kIo, std::strerror(-connected), "PipeWire", "try again");
  return capture;
}

}  // namespace voicestand::pipewire
