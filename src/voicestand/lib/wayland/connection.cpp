#include "voicestand/lib/wayland/connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/wayland/library.h"
#include "voicestand/lib/wayland/protocol.h"

namespace voicestand::wayland {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kCompositor = "Wayland compositor";

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

Result<std::string> socket_path() {
  std::string display = variable("WAYLAND_DISPLAY");
  if (display.empty())
    return fail(Errc::kServiceMissing, "WAYLAND_DISPLAY is not set", kCompositor,
                "start it within a Wayland session, or choose another way");
  if (display.starts_with('/')) return display;
  const std::string folder = variable("XDG_RUNTIME_DIR");
  if (folder.empty())
    return fail(Errc::kServiceMissing, "XDG_RUNTIME_DIR is not set", kCompositor,
                "set it to the folder of the session's sockets, /run/user/<your id>");
  return folder + "/" + display;
}

Result<posix::UniqueFd> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail(Errc::kServiceMissing, "the path is too long", path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  // One that has hung takes no more connections, and would keep a blocking socket waiting.
  posix::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return fail(Errc::kIo, std::strerror(errno), path, "raise the limit on open files");
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return fail(Errc::kServiceMissing, std::strerror(errno), path,
                "see that the compositor runs, and that WAYLAND_DISPLAY names it");
  return fd;
}

int milliseconds_until(Clock::time_point time) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(time - Clock::now());
  return static_cast<int>(std::max(left, std::chrono::milliseconds(0)).count());
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(std::chrono::milliseconds patience) {
  const auto path = socket_path();
  if (!path) return std::unexpected(path.error());
  const auto& library = Library::get();
  if (!library) return std::unexpected(library.error());
  auto fd = connect_to(*path);
  if (!fd) return std::unexpected(std::move(fd.error()));
  const int number = fd->get();
  wl_display* const display = library->wl_display_connect_to_fd(number);
  if (display == nullptr) return fail(Errc::kIo, "no memory for a connection", kCompositor);
  static_cast<void>(fd->release());  // the display's now
  std::unique_ptr<Connection> connection(new Connection(*library, display, number, patience));
  Proxy itself = connection->display_object();
  connection->registry_ =
      itself.make(protocol::display::kGetRegistry, protocol::registry::kInterface, {}, Proxy::kNoDestructor, 1);
  static_cast<void>(itself.release());
  connection->registry_.listen(*connection);
  if (auto settled = connection->settle(); !settled) return std::unexpected(std::move(settled.error()));
  return connection;
}

Connection::~Connection() {
  mark_.reset();
  registry_.reset();
  library_->wl_display_disconnect(display_);
}

// To be released, never destroyed: the display is its own object.
Proxy Connection::display_object() const {
  return {reinterpret_cast<wl_proxy*>(display_), Proxy::kNoDestructor};
}

void Connection::on_event(wl_proxy* from, std::uint32_t event, const wl_argument* arguments) {
  if (from == mark_.get()) {
    mark_.reset();
  } else if (event == protocol::registry::kGlobal) {
    globals_.push_back({.name = arguments[0].u, .version = arguments[2].u, .interface = arguments[1].s});
  } else {
    std::erase_if(globals_, [&](const Global& global) { return global.name == arguments[0].u; });
  }
}

Proxy Connection::bind(const wl_interface& interface, std::uint32_t destructor, std::uint32_t since) {
  const auto global =
      std::ranges::find_if(globals_, [&](const Global& offered) { return offered.interface == interface.name; });
  if (global == globals_.end()) return {};
  const std::uint32_t version = std::min(global->version, static_cast<std::uint32_t>(interface.version));
  return registry_.make(protocol::registry::kBind, interface,
                        {{.u = global->name}, {.s = interface.name}, {.u = version}, {.n = 0}},
                        version < since ? Proxy::kNoDestructor : destructor, version);
}

Result<void> Connection::send() {
  const auto deadline = Clock::now() + patience_;
  while (library_->wl_display_flush(display_) < 0) {
    if (errno != EAGAIN) return std::unexpected(broken());
    pollfd waiting{.fd = fd_, .events = POLLOUT, .revents = 0};
    const int ready = ::poll(&waiting, 1, milliseconds_until(deadline));
    if (ready == 0) return fail(Errc::kIo, "it takes no more requests", kCompositor);
    if (ready < 0 && errno != EINTR) return fail(Errc::kIo, std::strerror(errno), kCompositor);
  }
  return {};
}

Result<Connection::Heard> Connection::hear(Clock::time_point until, int also) {
  if (library_->wl_display_prepare_read(display_) != 0) {  // some is there already
    if (library_->wl_display_dispatch_pending(display_) < 0) return std::unexpected(broken());
    return Heard::kSomething;
  }
  if (auto sent = send(); !sent) {
    library_->wl_display_cancel_read(display_);
    return std::unexpected(std::move(sent.error()));
  }
  std::array<pollfd, 2> waiting{
      {{.fd = fd_, .events = POLLIN, .revents = 0}, {.fd = also, .events = POLLIN, .revents = 0}}};
  const int ready = ::poll(waiting.data(), waiting.size(), milliseconds_until(until));
  const int error = errno;
  if (ready > 0 && waiting[0].revents != 0) {
    if (library_->wl_display_read_events(display_) < 0 || library_->wl_display_dispatch_pending(display_) < 0)
      return std::unexpected(broken());
    return Heard::kSomething;
  }
  library_->wl_display_cancel_read(display_);
  if (ready < 0 && error != EINTR) return fail(Errc::kIo, std::strerror(error), kCompositor);
  if (ready < 0) return Heard::kSomething;  // a signal: look again
  return ready > 0 ? Heard::kAlso : Heard::kNothing;
}

Result<void> Connection::settle() {
  return settle(Clock::duration::zero());
}

Result<void> Connection::settle_promptly() {
  constexpr std::chrono::milliseconds kAtLeisure{1};
  return settle(kAtLeisure);
}

Result<void> Connection::settle(Clock::duration awake) {
  Proxy itself = display_object();
  mark_ = itself.make(protocol::display::kSync, protocol::callback::kInterface, {}, Proxy::kNoDestructor, 1);
  static_cast<void>(itself.release());
  mark_.listen(*this);
  const auto began = Clock::now();
  while (mark_) {
    const auto now = Clock::now();
    if (now >= began + patience_) {
      mark_.reset();
      return fail(Errc::kIo, "it does not answer", kCompositor);
    }
    const auto heard = hear(now < began + awake ? now : began + patience_, -1);
    if (!heard) return std::unexpected(heard.error());
  }
  return {};
}

Result<bool> Connection::listen_until(Clock::time_point until, int also) {
  for (;;) {
    const auto heard = hear(until, also);
    if (!heard) return std::unexpected(heard.error());
    if (*heard == Heard::kAlso) return true;
    if (*heard == Heard::kNothing || Clock::now() >= until) return false;
  }
}

Error Connection::broken() const {
  const int error = library_->wl_display_get_error(display_);
  if (error != EPROTO)
    return {Errc::kIo,
            error == 0 || error == EPIPE || error == ECONNRESET ? "it has gone" : std::strerror(error),
            kCompositor,
            {}};
  const wl_interface* interface = nullptr;
  std::uint32_t object = 0;
  const std::uint32_t code = library_->wl_display_get_protocol_error(display_, &interface, &object);
  const std::string name = interface != nullptr && interface->name != nullptr ? interface->name : "a request";
  return {Errc::kIo, "it refuses " + name + " (error " + std::to_string(code) + ")", kCompositor, {}};
}

}  // namespace voicestand::wayland
