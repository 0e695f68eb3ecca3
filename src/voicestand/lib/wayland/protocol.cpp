#include "voicestand/lib/wayland/protocol.h"

#include <array>
#include <cstddef>

#include <wayland-util.h>

namespace voicestand::wayland::protocol {
namespace {

// A message's signature has a letter an argument: i u number, s string, o object, n new object, a array, h descriptor;
// ? before one that may be none, digits for the version that brought the message. Its types are those of its objects,
// one an argument; none says any.
constexpr std::size_t kMostArguments = 5;
std::array<const wl_interface*, kMostArguments> any_types{};
std::array<const wl_interface*, 1> toplevel_types{&toplevel::kInterface};

constexpr std::array<wl_message, 0> kNothing{};

template <std::size_t kRequests, std::size_t kEvents>
constexpr wl_interface interface_of(const char* name, int version, const std::array<wl_message, kRequests>& requests,
                                    const std::array<wl_message, kEvents>& events) {
  return {name, version, static_cast<int>(kRequests), requests.data(), static_cast<int>(kEvents), events.data()};
}

constexpr wl_message message(const char* name, const char* signature) {
  return {name, signature, any_types.data()};
}

const std::array kRegistryRequests{message("bind", "usun")};
const std::array kRegistryEvents{message("global", "usu"), message("global_remove", "u")};

const std::array kCallbackEvents{message("done", "u")};

const std::array kSeatRequests{message("get_pointer", "n"), message("get_keyboard", "n"), message("get_touch", "n"),
                               message("release", "5")};
const std::array kSeatEvents{message("capabilities", "u"), message("name", "2s")};

const std::array kKeyboardRequests{message("release", "3")};
const std::array kKeyboardEvents{message("keymap", "uhu"),      message("enter", "uoa"),
                                 message("leave", "uo"),        message("key", "uuuu"),
                                 message("modifiers", "uuuuu"), message("repeat_info", "4ii")};

const std::array kVirtualKeyboardManagerRequests{message("create_virtual_keyboard", "on")};
const std::array kVirtualKeyboardRequests{message("keymap", "uhu"), message("key", "uuu"), message("modifiers", "uuuu"),
                                          message("destroy", "")};

const std::array kToplevelManagerRequests{message("stop", "")};
const std::array kToplevelManagerEvents{wl_message{"toplevel", "n", toplevel_types.data()}, message("finished", "")};
const std::array kToplevelRequests{message("set_maximized", ""),      message("unset_maximized", ""),
                                   message("set_minimized", ""),      message("unset_minimized", ""),
                                   message("activate", "o"),          message("close", ""),
                                   message("set_rectangle", "oiiii"), message("destroy", "")};
const std::array kToplevelEvents{message("title", "s"),        message("app_id", "s"), message("output_enter", "o"),
                                 message("output_leave", "o"), message("state", "a"),  message("done", ""),
                                 message("closed", "")};

const std::array kDataManagerRequests{message("create_data_source", "n"), message("get_data_device", "no"),
                                      message("destroy", "")};
const std::array kDataDeviceRequests{message("set_selection", "?o"), message("destroy", ""),
                                     message("set_primary_selection", "?o")};
const std::array kDataSourceRequests{message("offer", "s"), message("destroy", "")};
const std::array kDataSourceEvents{message("send", "sh"), message("cancelled", "")};
const std::array kDataOfferRequests{message("receive", "sh"), message("destroy", "")};
const std::array kDataOfferEvents{message("offer", "s")};

// One of the two protocols; `offer` is defined before `device`, whose events make it.
struct DataControlTables {
  wl_interface manager;
  wl_interface source;
  wl_interface offer;
  std::array<const wl_interface*, 1> offer_types;
  std::array<wl_message, 4> device_events;
  wl_interface device;

  DataControlTables(const char* manager_name, const char* device_name, const char* source_name, const char* offer_name)
      : manager(interface_of(manager_name, 1, kDataManagerRequests, kNothing)),
        source(interface_of(source_name, 1, kDataSourceRequests, kDataSourceEvents)),
        offer(interface_of(offer_name, 1, kDataOfferRequests, kDataOfferEvents)),
        offer_types{&offer},
        device_events{wl_message{"data_offer", "n", offer_types.data()}, message("selection", "?o"),
                      message("finished", ""), message("primary_selection", "?o")},
        device(interface_of(device_name, 1, kDataDeviceRequests, device_events)) {}
  DataControlTables(const DataControlTables&) = delete;
  DataControlTables& operator=(const DataControlTables&) = delete;
};

DataControlTables ext_tables{"ext_data_control_manager_v1", "ext_data_control_device_v1", "ext_data_control_source_v1",
                             "ext_data_control_offer_v1"};
DataControlTables wlr_tables{"zwlr_data_control_manager_v1", "zwlr_data_control_device_v1",
                             "zwlr_data_control_source_v1", "zwlr_data_control_offer_v1"};

}  // namespace

const data_control::Family data_control::kExt{&ext_tables.manager, &ext_tables.device, &ext_tables.source};
const data_control::Family data_control::kWlr{&wlr_tables.manager, &wlr_tables.device, &wlr_tables.source};
const wl_interface registry::kInterface = interface_of("wl_registry", 1, kRegistryRequests, kRegistryEvents);
const wl_interface callback::kInterface = interface_of("wl_callback", 1, kNothing, kCallbackEvents);
const wl_interface seat::kInterface = interface_of("wl_seat", 5, kSeatRequests, kSeatEvents);
const wl_interface keyboard::kInterface = interface_of("wl_keyboard", 5, kKeyboardRequests, kKeyboardEvents);
const wl_interface virtual_keyboard_manager::kInterface =
    interface_of("zwp_virtual_keyboard_manager_v1", 1, kVirtualKeyboardManagerRequests, kNothing);
const wl_interface virtual_keyboard::kInterface =
    interface_of("zwp_virtual_keyboard_v1", 1, kVirtualKeyboardRequests, kNothing);
const wl_interface toplevel_manager::kInterface =
    interface_of("zwlr_foreign_toplevel_manager_v1", 1, kToplevelManagerRequests, kToplevelManagerEvents);
const wl_interface toplevel::kInterface =
    interface_of("zwlr_foreign_toplevel_handle_v1", 1, kToplevelRequests, kToplevelEvents);

}  // namespace voicestand::wayland::protocol
