#include "voicestand/lib/wayland/virtual_keyboard.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <wayland-util.h>

#include "voicestand/lib/posix/shared_memory.h"
#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/wayland/protocol.h"

namespace voicestand::wayland {
namespace {

constexpr const char* kProtocol = "virtual-keyboard-unstable-v1";

}  // namespace

Result<VirtualKeyboard> VirtualKeyboard::create(Connection& connection, const Seat& seat) {
  const Proxy manager = connection.bind(protocol::virtual_keyboard_manager::kInterface);
  if (!manager)
    return fail(Errc::kServiceMissing, "the compositor has no virtual keyboards", kProtocol, "choose another way");
  VirtualKeyboard keyboard(manager.make(
      protocol::virtual_keyboard_manager::kCreate, protocol::virtual_keyboard::kInterface,
      {{.o = reinterpret_cast<wl_object*>(seat.proxy().get())}, {.n = 0}}, protocol::virtual_keyboard::kDestroy));
  if (auto settled = connection.settle(); !settled)
    return fail(Errc::kServiceMissing, settled.error().what, kProtocol, "permit it to this program");
  return keyboard;
}

Result<void> VirtualKeyboard::set_keymap(std::string_view text) {
  const std::size_t size_bytes = text.size() + 1;
  const auto memory = posix::SharedMemory::create("voicestand-keymap", size_bytes);
  if (!memory) return std::unexpected(memory.error());
  std::memcpy(memory->writable_bytes().data(), text.data(), text.size());
  // The library makes a copy of the descriptor, and would end the program where it cannot.
  if (const posix::UniqueFd copy(::fcntl(memory->fd(), F_DUPFD_CLOEXEC, 0)); !copy)
    return fail(Errc::kIo, std::strerror(errno), kProtocol, "raise the limit on open files");
  keyboard_.request(
      protocol::virtual_keyboard::kKeymap,
      {{.u = protocol::keyboard::kXkbTextV1}, {.h = memory->fd()}, {.u = static_cast<std::uint32_t>(size_bytes)}});
  return {};
}

void VirtualKeyboard::set_modifiers(std::uint32_t held, std::uint32_t group) const {
  keyboard_.request(protocol::virtual_keyboard::kModifiers, {{.u = held}, {.u = 0}, {.u = 0}, {.u = group}});
}

void VirtualKeyboard::strike(std::uint32_t code) {
  constexpr std::uint32_t kReleased = 0;
  constexpr std::uint32_t kPressed = 1;
  keyboard_.request(protocol::virtual_keyboard::kKey, {{.u = next_time()}, {.u = code}, {.u = kPressed}});
  keyboard_.request(protocol::virtual_keyboard::kKey, {{.u = next_time()}, {.u = code}, {.u = kReleased}});
}

// Ever later ones, by the clock as far as that goes.
std::uint32_t VirtualKeyboard::next_time() {
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
  time_ms_ = std::max(static_cast<std::uint32_t>(now.count()), time_ms_ + 1);
  return time_ms_;
}

}  // namespace voicestand::wayland
