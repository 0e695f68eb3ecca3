#pragma once

#include <cstdint>

struct wl_interface;

// What is used of Wayland's protocols: the numbers of requests and events, and the tables by which libwayland-client
// writes and reads them. A table has all that may come of the version that it names.
namespace voicestand::wayland::protocol {

using Opcode = std::uint32_t;

namespace display {
inline constexpr Opcode kSync = 0;
inline constexpr Opcode kGetRegistry = 1;
}  // namespace display

namespace registry {
extern const wl_interface kInterface;
inline constexpr Opcode kBind = 0;
inline constexpr Opcode kGlobal = 0;  // event
}  // namespace registry

namespace callback {
extern const wl_interface kInterface;
}  // namespace callback

namespace seat {
extern const wl_interface kInterface;
inline constexpr Opcode kGetKeyboard = 1;
inline constexpr Opcode kRelease = 3;
inline constexpr Opcode kCapabilities = 0;  // event
inline constexpr std::uint32_t kKeyboard = 2;
}  // namespace seat

namespace keyboard {
extern const wl_interface kInterface;
inline constexpr Opcode kRelease = 0;
inline constexpr Opcode kKeymap = 0;  // event
inline constexpr std::uint32_t kXkbTextV1 = 1;
}  // namespace keyboard

namespace virtual_keyboard_manager {
extern const wl_interface kInterface;
inline constexpr Opcode kCreate = 0;
}  // namespace virtual_keyboard_manager

namespace virtual_keyboard {
extern const wl_interface kInterface;
inline constexpr Opcode kKeymap = 0;
inline constexpr Opcode kKey = 1;
inline constexpr Opcode kModifiers = 2;
inline constexpr Opcode kDestroy = 3;
}  // namespace virtual_keyboard

namespace toplevel_manager {
extern const wl_interface kInterface;
inline constexpr Opcode kStop = 0;
inline constexpr Opcode kToplevel = 0;  // event
}  // namespace toplevel_manager

namespace toplevel {
extern const wl_interface kInterface;
inline constexpr Opcode kActivate = 4;
inline constexpr Opcode kDestroy = 7;
inline constexpr Opcode kAppId = 1;   // event
inline constexpr Opcode kState = 4;   // event
inline constexpr Opcode kClosed = 6;  // event
inline constexpr std::uint32_t kActivated = 2;
}  // namespace toplevel

// ext-data-control-v1 and wlr-data-control-unstable-v1 differ in their names alone, as far as they are used here.
namespace data_control {
struct Family {
  const wl_interface* manager;
  const wl_interface* device;
  const wl_interface* source;
};
extern const Family kExt;
extern const Family kWlr;
namespace manager {
inline constexpr Opcode kCreateSource = 0;
inline constexpr Opcode kGetDevice = 1;
inline constexpr Opcode kDestroy = 2;
}  // namespace manager
namespace device {
inline constexpr Opcode kSetSelection = 0;
inline constexpr Opcode kDestroy = 1;
inline constexpr Opcode kDataOffer = 0;         // event
inline constexpr Opcode kSelection = 1;         // event
inline constexpr Opcode kPrimarySelection = 3;  // event
}  // namespace device
namespace source {
inline constexpr Opcode kOffer = 0;
inline constexpr Opcode kDestroy = 1;
inline constexpr Opcode kSend = 0;  // event
}  // namespace source
namespace offer {
inline constexpr Opcode kReceive = 0;
inline constexpr Opcode kDestroy = 1;
}  // namespace offer
}  // namespace data_control

}  // namespace voicestand::wayland::protocol
