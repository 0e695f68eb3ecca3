#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/dbus/event_loop.h"

struct sd_bus;
struct sd_bus_slot;

// The session's message bus. Thread: the loop's, or one at a time where there is no loop. Real-time: no.
namespace voicestand::dbus {

// D-Bus's types b, t, d and s.
using Value = std::variant<bool, std::uint64_t, double, std::string>;

// What one object offers. Its texts outlive it.
struct Interface {
  // Without results. An error is the caller's, with its message.
  struct Method {
    const char* name;
    std::function<Result<void>()> call{};                        // without arguments, or
    std::function<Result<void>(std::uint64_t)> call_numbered{};  // with a number
    const char* argument = "";                                   // its name, ended by a 0 of its own
  };
  struct Property {
    const char* name;
    const char* type;
    std::function<Value()> value;
  };
  struct Signal {
    const char* name;
    const char* types;
    const char* arguments;  // their names, each ended by a 0 of its own
  };

  const char* name;
  std::vector<Method> methods;
  std::vector<Property> properties;
  std::vector<Signal> signals;
};

class Bus {
 public:
  // `loop`, which outlives it, serves it; without one only calls are possible. Errors: kServiceMissing.
  [[nodiscard]] static Result<std::unique_ptr<Bus>> open_session(EventLoop* loop);
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;
  ~Bus();

  // --- Serving ---

  // Errors: kUsage where another program has the name, kServiceMissing.
  [[nodiscard]] Result<void> claim(const std::string& name);
  // Serves it to the bus's end. Errors: kIo.
  [[nodiscard]] Result<void> serve(const std::string& path, Interface interface);
  // Errors: kIo.
  [[nodiscard]] Result<void> tell(const std::string& path, const char* interface, const char* signal,
                                  std::span<const Value> arguments);
  // Tells that the property has another value. Errors: kIo.
  [[nodiscard]] Result<void> tell_changed(const std::string& path, const char* interface, const char* property);

  // --- Calling ---

  struct Object {
    std::string service;
    std::string path;
    std::string interface;
  };
  // Errors: kServiceMissing where there is no such service, kIo with the service's own words.
  [[nodiscard]] Result<void> call(const Object& object, const std::string& method,
                                  std::optional<std::uint64_t> number = std::nullopt);
  [[nodiscard]] Result<Value> property(const Object& object, const std::string& name, char type);
  // Shows a note of the program on the desktop, where there is a service that does. Does not wait for it.
  void notify(const std::string& title, const std::string& text);
  // Hears a signal of the object for as long as the bus lives; an empty name is any of its signals. Arguments of other
  // types than Value's end the list. Errors: kIo.
  using Heard = std::function<void(const std::string& signal, const std::vector<Value>& arguments)>;
  [[nodiscard]] Result<void> hear(const Object& object, const std::string& signal, Heard heard);

 private:
  struct Served;
  struct Hearing;
  explicit Bus(sd_bus* bus);

  sd_bus* bus_;  // owned
  std::vector<std::unique_ptr<Served>> served_;
  std::vector<std::unique_ptr<Hearing>> hearings_;
};

}  // namespace voicestand::dbus
