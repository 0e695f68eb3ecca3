#include "voicestand/lib/dbus/bus.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "voicestand/lib/dbus/bus_error.h"
#include "voicestand/lib/dbus/library.h"
#include "voicestand/lib/dbus/message.h"

namespace voicestand::dbus {
namespace {

// Once a bus is there, so is the library.
const Library& library() {
  return *Library::get();
}

std::unexpected<Error> failed(std::string what) {
  return fail(Errc::kIo, std::move(what), "message bus");
}

int append(sd_bus_message* message, const Value& value) {
  const Library& systemd = library();
  if (const auto* const flag = std::get_if<bool>(&value)) {
    const int number = *flag ? 1 : 0;
    return systemd.sd_bus_message_append_basic(message, 'b', &number);
  }
  if (const auto* const number = std::get_if<std::uint64_t>(&value))
    return systemd.sd_bus_message_append_basic(message, 't', number);
  if (const auto* const number = std::get_if<double>(&value))
    return systemd.sd_bus_message_append_basic(message, 'd', number);
  return systemd.sd_bus_message_append_basic(message, 's', std::get<std::string>(value).c_str());
}

std::optional<Value> read(sd_bus_message* message, char type) {
  const Library& systemd = library();
  switch (type) {
    case 'b': {
      int flag = 0;
      if (systemd.sd_bus_message_read_basic(message, type, &flag) <= 0) return std::nullopt;
      return flag != 0;
    }
    case 't': {
      std::uint64_t number = 0;
      if (systemd.sd_bus_message_read_basic(message, type, &number) <= 0) return std::nullopt;
      return number;
    }
    case 'd': {
      double number = 0;
      if (systemd.sd_bus_message_read_basic(message, type, &number) <= 0) return std::nullopt;
      return number;
    }
    case 's': {
      const char* text = nullptr;
      if (systemd.sd_bus_message_read_basic(message, type, &text) <= 0 || text == nullptr) return std::nullopt;
      return std::string(text);
    }
    default:
      return std::nullopt;
  }
}

std::vector<Value> read_all(sd_bus_message* message) {
  std::vector<Value> values;
  char type = 0;
  const char* contents = nullptr;
  while (library().sd_bus_message_peek_type(message, &type, &contents) > 0) {
    auto value = read(message, type);
    if (!value) break;
    values.push_back(std::move(*value));
  }
  return values;
}

Error error_of(const BusError& error, int code, const Bus::Object& object) {
  const bool absent = error.is("org.freedesktop.DBus.Error.ServiceUnknown") ||
                      error.is("org.freedesktop.DBus.Error.NameHasNoOwner") || code == -EHOSTUNREACH;
  return {.code = absent ? Errc::kServiceMissing : Errc::kIo,
          .what = error.message(code),
          .where = object.service,
          .remedy = {}};
}

}  // namespace

// An object that is served, and the table that the library reads it from.
struct Bus::Served {
  Interface interface;
  std::vector<sd_bus_vtable> table;

  explicit Served(Interface what) : interface(std::move(what)) {
    add(_SD_BUS_VTABLE_START).x.start = {.element_size = sizeof(sd_bus_vtable),
                                         .features = _SD_BUS_VTABLE_PARAM_NAMES,
                                         .vtable_format_reference = library().sd_bus_object_vtable_format};
    for (const auto& method : interface.methods) {
      add(_SD_BUS_VTABLE_METHOD, SD_BUS_VTABLE_UNPRIVILEGED).x.method = {.member = method.name,
                                                                         .signature = method.call_numbered ? "t" : "",
                                                                         .result = "",
                                                                         .handler = &Served::on_call,
                                                                         .offset = 0,
                                                                         .names = method.argument};
    }
    for (const auto& property : interface.properties) {
      add(_SD_BUS_VTABLE_PROPERTY, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE).x.property = {
          .member = property.name, .signature = property.type, .get = &Served::on_get, .set = nullptr, .offset = 0};
    }
    for (const auto& signal : interface.signals) {
      add(_SD_BUS_VTABLE_SIGNAL).x.signal = {
          .member = signal.name, .signature = signal.types, .names = signal.arguments};
    }
    add(_SD_BUS_VTABLE_END);
  }

 private:
  // All of it zero, as the library asks.
  sd_bus_vtable& add(std::uint8_t type, std::uint64_t flags = 0) {
    sd_bus_vtable row;
    std::memset(&row, 0, sizeof row);
    row.type = type;
    row.flags = flags & ((std::uint64_t{1} << 56U) - 1);
    table.push_back(row);
    return table.back();
  }

  static int on_call(sd_bus_message* message, void* self, sd_bus_error* error) {
    const auto& served = *static_cast<const Served*>(self);
    const std::string_view name = library().sd_bus_message_get_member(message);
    const auto method =
        std::ranges::find_if(served.interface.methods, [&](const auto& its) { return name == its.name; });
    if (method == served.interface.methods.end()) return -ENOSYS;
    std::uint64_t number = 0;
    if (method->call_numbered && library().sd_bus_message_read_basic(message, 't', &number) <= 0) return -EINVAL;
    const auto done = method->call_numbered ? method->call_numbered(number) : method->call();
    if (!done) return library().sd_bus_error_set(error, "org.voicestand.Error.Failed", done.error().message().c_str());
    return library().sd_bus_reply_method_return(message, "");
  }

  static int on_get(sd_bus* /*bus*/, const char* /*path*/, const char* /*interface*/, const char* name,
                    sd_bus_message* reply, void* self, sd_bus_error* /*error*/) {
    const auto& served = *static_cast<const Served*>(self);
    const auto property = std::ranges::find_if(served.interface.properties,
                                               [&](const auto& its) { return std::string_view(name) == its.name; });
    return property == served.interface.properties.end() ? -ENOENT : append(reply, property->value());
  }
};

struct Bus::Hearing {
  Heard heard;

  static int on_signal(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    const auto& hearing = *static_cast<const Hearing*>(self);
    hearing.heard(library().sd_bus_message_get_member(message), read_all(message));
    return 0;
  }
};

Result<std::unique_ptr<Bus>> Bus::open_session(EventLoop* loop) {
  const auto& systemd = Library::get();
  if (!systemd) return std::unexpected(systemd.error());
  sd_bus* opened = nullptr;
  if (const int code = systemd->sd_bus_open_user(&opened); code < 0) {
    return fail(Errc::kServiceMissing, std::strerror(-code), "message bus",
                "start it in a desktop session, or under 'dbus-run-session'");
  }
  std::unique_ptr<Bus> bus(new Bus(opened));
  if (loop != nullptr) {
    if (const int code = systemd->sd_bus_attach_event(opened, loop->get(), 0); code < 0)
      return failed(std::strerror(-code));
  }
  return bus;
}

Bus::Bus(sd_bus* bus) : bus_(bus) {}

Bus::~Bus() {
  library().sd_bus_flush_close_unref(bus_);
}

Result<void> Bus::claim(const std::string& name) {
  const int code = library().sd_bus_request_name(bus_, name.c_str(), 0);
  if (code == -EEXIST || code == -EALREADY) return fail(Errc::kUsage, "another program has this name", name);
  if (code < 0) return fail(Errc::kServiceMissing, std::strerror(-code), name);
  return {};
}

Result<void> Bus::serve(const std::string& path, Interface interface) {
  auto& served = *served_.emplace_back(std::make_unique<Served>(std::move(interface)));
  const int code = library().sd_bus_add_object_vtable(bus_, nullptr, path.c_str(), served.interface.name,
                                                      served.table.data(), &served);
  if (code < 0) return failed(std::strerror(-code));
  return {};
}

Result<void> Bus::tell(const std::string& path, const char* interface, const char* signal,
                       std::span<const Value> arguments) {
  Message message(library());
  int code = library().sd_bus_message_new_signal(bus_, message.out(), path.c_str(), interface, signal);
  for (std::size_t i = 0; code >= 0 && i < arguments.size(); ++i) code = append(message.get(), arguments[i]);
  if (code >= 0) code = library().sd_bus_send(bus_, message.get(), nullptr);
  if (code < 0) return failed(std::strerror(-code));
  return {};
}

Result<void> Bus::tell_changed(const std::string& path, const char* interface, const char* property) {
  std::string name(property);
  std::array<char*, 2> names{name.data(), nullptr};
  const int code = library().sd_bus_emit_properties_changed_strv(bus_, path.c_str(), interface, names.data());
  if (code < 0) return failed(std::strerror(-code));
  return {};
}

Result<void> Bus::call(const Object& object, const std::string& method, std::optional<std::uint64_t> number) {
  BusError error(library());
  const int code =
      library().sd_bus_call_method(bus_, object.service.c_str(), object.path.c_str(), object.interface.c_str(),
                                   method.c_str(), error.get(), nullptr, number ? "t" : "", number.value_or(0));
  if (code < 0) return std::unexpected(error_of(error, code, object));
  return {};
}

Result<Value> Bus::property(const Object& object, const std::string& name, char type) {
  BusError error(library());
  Message reply(library());
  const std::string signature(1, type);
  const int code =
      library().sd_bus_get_property(bus_, object.service.c_str(), object.path.c_str(), object.interface.c_str(),
                                    name.c_str(), error.get(), reply.out(), signature.c_str());
  if (code < 0) return std::unexpected(error_of(error, code, object));
  auto value = read(reply.get(), type);
  if (!value) return fail(Errc::kIo, "the answer is of another type", object.service);
  return std::move(*value);
}

// Desktop Notifications Specification, Notify: application, id of the one to take the place of, icon, title, text,
// actions, hints, time to show in ms (-1: the desktop's own).
void Bus::notify(const std::string& title, const std::string& text) {
  (void)library().sd_bus_call_method_async(bus_, nullptr, "org.freedesktop.Notifications",
                                           "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "Notify",
                                           nullptr, nullptr, "susssasa{sv}i", "VoiceStand", std::uint32_t{0},
                                           "audio-input-microphone", title.c_str(), text.c_str(), 0, 0, -1);
}

Result<void> Bus::hear(const Object& object, const std::string& signal, Heard heard) {
  auto& hearing = *hearings_.emplace_back(std::make_unique<Hearing>(std::move(heard)));
  const int code = library().sd_bus_match_signal(bus_, nullptr, object.service.c_str(), object.path.c_str(),
                                                 object.interface.c_str(), signal.empty() ? nullptr : signal.c_str(),
                                                 &Hearing::on_signal, &hearing);
  if (code < 0) return failed(std::strerror(-code));
  return {};
}

}  // namespace voicestand::dbus
