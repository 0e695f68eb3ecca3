#include "voicestand/lib/pipewire/connection.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "voicestand/lib/pipewire/library.h"

// In what PipeWire's method macros become:
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wpedantic"

namespace voicestand::pipewire {
namespace {

constexpr const char* kConfiguration = "client-rt.conf";  // the one whose data thread asks for real-time priority
constexpr const char* kRemedy = "start it (systemctl --user start pipewire wireplumber), or use `--input alsa`";

void initialise_once(const Library& pw) {
  static std::once_flag once;
  std::call_once(once, [&] {
    pw.pw_init(nullptr, nullptr);
    if (std::getenv("PIPEWIRE_DEBUG") == nullptr) pw.pw_log_set_level(SPA_LOG_LEVEL_NONE);
  });
}

std::string_view property(const spa_dict* properties, const char* key) noexcept {
  const char* value = properties == nullptr ? nullptr : spa_dict_lookup(properties, key);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

std::optional<Device> device_of(std::uint32_t id, const spa_dict* properties) {
  const auto media_class = property(properties, PW_KEY_MEDIA_CLASS);
  const bool source = media_class.starts_with("Audio/Source") || media_class == "Audio/Duplex";
  const bool sink = media_class.starts_with("Audio/Sink");
  const auto name = property(properties, PW_KEY_NODE_NAME);
  if (name.empty() || (!source && !sink)) return std::nullopt;
  auto description = property(properties, PW_KEY_NODE_DESCRIPTION);
  if (description.empty()) description = property(properties, PW_KEY_NODE_NICK);
  if (description.empty()) description = name;
  return Device{.id = id,
                .node_name = std::string(name),
                .description = (sink ? "Monitor of " : "") + std::string(description),
                .monitor = sink};
}

}  // namespace

struct Connection::Impl {
  const Library& pw;
  Connection* owner = nullptr;
  pw_thread_loop* loop = nullptr;
  pw_context* context = nullptr;
  pw_core* core = nullptr;
  pw_registry* registry = nullptr;
  spa_hook core_hook{};
  spa_hook registry_hook{};

  // Under the loop's lock.
  std::map<std::uint32_t, Device> devices;
  int done_sequence = -1;

  explicit Impl(const Library& library) : pw(library) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (loop != nullptr) pw.pw_thread_loop_stop(loop);
    if (registry != nullptr) {
      spa_hook_remove(&registry_hook);
      pw.pw_proxy_destroy(reinterpret_cast<pw_proxy*>(registry));
    }
    if (core != nullptr) {
      spa_hook_remove(&core_hook);
      pw.pw_core_disconnect(core);
    }
    if (context != nullptr) pw.pw_context_destroy(context);
    if (loop != nullptr) pw.pw_thread_loop_destroy(loop);
  }

  static void on_done(void* data, std::uint32_t id, int sequence) {
    auto* self = static_cast<Impl*>(data);
    if (id != PW_ID_CORE) return;
    self->done_sequence = sequence;
    self->pw.pw_thread_loop_signal(self->loop, false);
  }
  static void on_error(void* data, std::uint32_t id, int, int, const char*) {
    auto* self = static_cast<Impl*>(data);
    if (id != PW_ID_CORE) return;  // of one object: it tells its own listener
    self->owner->alive_.store(false, std::memory_order_relaxed);
    self->pw.pw_thread_loop_signal(self->loop, false);
  }
  static void on_global(void* data, std::uint32_t id, std::uint32_t, const char* type, std::uint32_t,
                        const spa_dict* properties) {
    auto* self = static_cast<Impl*>(data);
    if (std::strcmp(type, PW_TYPE_INTERFACE_Node) != 0) return;
    if (auto device = device_of(id, properties)) self->devices.insert_or_assign(id, std::move(*device));
  }
  static void on_global_remove(void* data, std::uint32_t id) { static_cast<Impl*>(data)->devices.erase(id); }

  static constexpr pw_core_events kCoreEvents = [] {
    pw_core_events events{};
    events.version = PW_VERSION_CORE_EVENTS;
    events.done = on_done;
    events.error = on_error;
    return events;
  }();
  static constexpr pw_registry_events kRegistryEvents{
      .version = PW_VERSION_REGISTRY_EVENTS, .global = on_global, .global_remove = on_global_remove};

  // Waits until the server has answered all that was asked before. Under the loop's lock.
  bool round_trip() {
    const int sequence = pw_core_sync(core, PW_ID_CORE, 0);
    timespec deadline{};
    pw.pw_thread_loop_get_time(loop, &deadline, std::chrono::nanoseconds(kAnswerLimit).count());
    while (done_sequence != sequence && owner->alive()) {
      if (pw.pw_thread_loop_timed_wait_full(loop, &deadline) != 0) return false;
    }
    return owner->alive();
  }

  bool connect() {
    loop = pw.pw_thread_loop_new("vs-pipewire", nullptr);
    if (loop == nullptr) return false;
    context = pw.pw_context_new(pw.pw_thread_loop_get_loop(loop),
                                pw.pw_properties_new(PW_KEY_CONFIG_NAME, kConfiguration, nullptr), 0);
    if (context == nullptr || pw.pw_thread_loop_start(loop) != 0) return false;
    pw.pw_thread_loop_lock(loop);
    const bool connected = connect_locked();
    pw.pw_thread_loop_unlock(loop);
    return connected;
  }

  bool connect_locked() {
    core = pw.pw_context_connect(context, nullptr, 0);
    if (core == nullptr) return false;
    pw_core_add_listener(core, &core_hook, &kCoreEvents, this);
    registry = pw_core_get_registry(core, PW_VERSION_REGISTRY, 0);
    if (registry == nullptr) return false;
    pw_registry_add_listener(registry, &registry_hook, &kRegistryEvents, this);
    return round_trip();
  }
};

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->owner = this;
}

Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open() {
  const auto& library = Library::get();
  if (!library) return std::unexpected(library.error());
  initialise_once(*library);
  std::unique_ptr<Connection> connection(new Connection(std::make_unique<Impl>(*library)));
  if (!connection->impl_->connect())
    return fail(Errc::kServiceMissing, "the sound server does not answer", "PipeWire", kRemedy);
  return connection;
}

std::vector<Device> Connection::devices() const {
  std::vector<Device> devices;
  impl_->pw.pw_thread_loop_lock(impl_->loop);
  for (const auto& [id, device] : impl_->devices) devices.push_back(device);
  impl_->pw.pw_thread_loop_unlock(impl_->loop);
  std::ranges::stable_partition(devices, [](const Device& device) { return !device.monitor; });
  return devices;
}

pw_thread_loop* Connection::loop() const noexcept {
  return impl_->loop;
}
const Library& Connection::library() const noexcept {
  return impl_->pw;
}
pw_core* Connection::core() const noexcept {
  return impl_->core;
}

}  // namespace voicestand::pipewire
