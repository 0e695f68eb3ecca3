#include "voicestand/lib/dbus/realtime_broker.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include <unistd.h>

#include "voicestand/lib/dbus/bus_error.h"
#include "voicestand/lib/dbus/library.h"

namespace voicestand::dbus {
namespace {

constexpr std::chrono::microseconds kPatience{500'000};

struct Broker {
  const char* name;
  const char* path;
  const char* interface;
  decltype(Library::sd_bus_open_user) Library::* open_bus;
};
constexpr Broker kPortal{.name = "org.freedesktop.portal.Desktop",
                         .path = "/org/freedesktop/portal/desktop",
                         .interface = "org.freedesktop.portal.Realtime",
                         .open_bus = &Library::sd_bus_open_user};
constexpr Broker kRtkit{.name = "org.freedesktop.RealtimeKit1",
                        .path = "/org/freedesktop/RealtimeKit1",
                        .interface = "org.freedesktop.RealtimeKit1",
                        .open_bus = &Library::sd_bus_open_system};

using Bus = std::unique_ptr<sd_bus, decltype(Library::sd_bus_flush_close_unref)>;

std::unexpected<Error> refused(const Broker& broker, std::string why) {
  return fail(Errc::kServiceMissing, std::move(why), broker.name, "install and start rtkit");
}

Result<void> ask(const Broker& broker, pid_t thread, int priority) {
  const auto& systemd = Library::get();
  if (!systemd) return std::unexpected(systemd.error());
  sd_bus* opened = nullptr;
  if (const int code = (*systemd.*broker.open_bus)(&opened); code < 0) return refused(broker, std::strerror(-code));
  const Bus bus(opened, systemd->sd_bus_flush_close_unref);
  systemd->sd_bus_set_method_call_timeout(bus.get(), static_cast<std::uint64_t>(kPatience.count()));

  BusError error(*systemd);
  std::int32_t most = 0;
  int code = systemd->sd_bus_get_property_trivial(bus.get(), broker.name, broker.path, broker.interface,
                                                  "MaxRealtimePriority", error.get(), 'i', &most);
  if (code < 0) return refused(broker, error.message(code));
  if (most < 1) return refused(broker, "it grants no real-time priority");
  code = systemd->sd_bus_call_method(bus.get(), broker.name, broker.path, broker.interface, "MakeThreadRealtimeWithPID",
                                     error.get(), nullptr, "ttu", static_cast<std::uint64_t>(::getpid()),
                                     static_cast<std::uint64_t>(thread),
                                     static_cast<std::uint32_t>(std::min(priority, most)));
  if (code < 0) return refused(broker, error.message(code));
  return {};
}

}  // namespace

Result<void> ask_portal_for_realtime(pid_t thread, int priority) {
  return ask(kPortal, thread, priority);
}

Result<void> ask_rtkit_for_realtime(pid_t thread, int priority) {
  return ask(kRtkit, thread, priority);
}

}  // namespace voicestand::dbus
