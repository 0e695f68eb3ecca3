#pragma once

#include <cstdint>
#include <initializer_list>

struct wl_interface;
struct wl_proxy;
union wl_argument;

namespace voicestand::wayland {

// Hears what the compositor says of objects. Thread: the one that listens on their connection.
class Listener {
 public:
  // `arguments`: as the event's signature says. Descriptors among them are the listener's to close.
  virtual void on_event(wl_proxy* from, std::uint32_t event, const wl_argument* arguments) = 0;

 protected:
  ~Listener() = default;
};

// Owns one of a compositor's objects; may hold none, and then does nothing. What it asks for is sent when its
// connection, which outlives it, next sends. Thread: its connection's. Real-time: no.
class Proxy {
 public:
  Proxy() noexcept = default;
  // `destructor`: the request by which the compositor is told of its end, where there is one.
  static constexpr std::uint32_t kNoDestructor = 0xFFFF'FFFF;
  Proxy(wl_proxy* proxy, std::uint32_t destructor) noexcept : proxy_(proxy), destructor_(destructor) {}
  Proxy(Proxy&& other) noexcept;
  Proxy& operator=(Proxy&& other) noexcept;
  ~Proxy() { reset(); }

  [[nodiscard]] wl_proxy* get() const noexcept { return proxy_; }
  [[nodiscard]] explicit operator bool() const noexcept { return proxy_ != nullptr; }
  void reset() noexcept;
  // Leaves it to the caller.
  [[nodiscard]] wl_proxy* release() noexcept;

  // `listener` outlives it, and hears nothing after its end.
  void listen(Listener& listener) const;

  void request(std::uint32_t request, std::initializer_list<wl_argument> arguments = {}) const;
  // One that makes a new object; its place among `arguments` is left 0. `version`: the new one's, 0: as this one's.
  [[nodiscard]] Proxy make(std::uint32_t request, const wl_interface& interface,
                           std::initializer_list<wl_argument> arguments, std::uint32_t destructor,
                           std::uint32_t version = 0) const;

 private:
  wl_proxy* proxy_ = nullptr;
  std::uint32_t destructor_ = kNoDestructor;
};

}  // namespace voicestand::wayland
