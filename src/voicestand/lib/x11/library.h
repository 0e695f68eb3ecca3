#pragma once

#include <cstdlib>
#include <memory>

#include <xcb/xcb.h>
#include <xcb/xinput.h>
#include <xcb/xtest.h>
#include <xkbcommon/xkbcommon-x11.h>
// A name of its protocol is a word of C++.
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wkeyword-macro"
#endif
#define explicit explicit_  // NOLINT(readability-identifier-naming)
#include <xcb/xkb.h>
#undef explicit
#ifdef __clang__
#pragma clang diagnostic pop
#endif

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/shared_library.h"

// clang-format off
#define VS_XCB_FUNCTIONS(each) \
  each(xcb_change_property) each(xcb_change_window_attributes) each(xcb_connect) each(xcb_connection_has_error) \
  each(xcb_convert_selection) each(xcb_create_window) each(xcb_disconnect) each(xcb_flush) each(xcb_generate_id) \
  each(xcb_get_atom_name) each(xcb_get_atom_name_name) each(xcb_get_atom_name_reply) each(xcb_get_extension_data) \
  each(xcb_get_file_descriptor) each(xcb_get_input_focus) each(xcb_get_input_focus_reply) \
  each(xcb_get_modifier_mapping) each(xcb_get_modifier_mapping_keycodes) \
  each(xcb_get_modifier_mapping_keycodes_length) each(xcb_get_modifier_mapping_reply) each(xcb_get_property) \
  each(xcb_get_property_reply) each(xcb_get_property_value) each(xcb_get_property_value_length) \
  each(xcb_get_selection_owner) each(xcb_get_selection_owner_reply) each(xcb_get_setup) \
  each(xcb_grab_button_checked) each(xcb_grab_key_checked) each(xcb_grab_server) each(xcb_intern_atom) \
  each(xcb_intern_atom_reply) each(xcb_poll_for_event) each(xcb_query_keymap) each(xcb_query_keymap_reply) \
  each(xcb_query_pointer) each(xcb_query_pointer_reply) each(xcb_query_tree) each(xcb_query_tree_reply) \
  each(xcb_request_check) each(xcb_screen_next) each(xcb_send_event) each(xcb_set_selection_owner) \
  each(xcb_setup_roots_iterator) each(xcb_ungrab_button) each(xcb_ungrab_key) each(xcb_ungrab_server)
#define VS_XCB_XINPUT_FUNCTIONS(each) \
  each(xcb_input_id) each(xcb_input_query_device_state) each(xcb_input_query_device_state_reply) \
  each(xcb_input_xi_device_info_next) each(xcb_input_xi_passive_grab_device) \
  each(xcb_input_xi_passive_grab_device_reply) each(xcb_input_xi_passive_ungrab_device) \
  each(xcb_input_xi_query_device) each(xcb_input_xi_query_device_infos_iterator) \
  each(xcb_input_xi_query_device_reply) each(xcb_input_xi_query_version) each(xcb_input_xi_query_version_reply) \
  each(xcb_input_xi_select_events)
#define VS_XCB_XKB_FUNCTIONS(each) \
  each(xcb_xkb_get_map) each(xcb_xkb_get_map_map) each(xcb_xkb_get_map_reply) each(xcb_xkb_get_state) \
  each(xcb_xkb_get_state_reply) each(xcb_xkb_select_events) each(xcb_xkb_set_map_checked)
#define VS_XCB_XTEST_FUNCTIONS(each) each(xcb_test_fake_input) each(xcb_test_id)
#define VS_XKBCOMMON_X11_FUNCTIONS(each) \
  each(xkb_x11_get_core_keyboard_device_id) each(xkb_x11_keymap_new_from_device) each(xkb_x11_setup_xkb_extension)
// clang-format on

namespace voicestand::x11 {

// What is used of libxcb, of its libraries of the extensions, and of libxkbcommon-x11.
struct Xcb {
  VS_XCB_FUNCTIONS(VS_FUNCTION_MEMBER)
  void find_in(posix::SharedLibrary& library) noexcept { VS_XCB_FUNCTIONS(VS_FUNCTION_FIND) }
};
struct XcbXinput {
  VS_XCB_XINPUT_FUNCTIONS(VS_FUNCTION_MEMBER)
  void find_in(posix::SharedLibrary& library) noexcept { VS_XCB_XINPUT_FUNCTIONS(VS_FUNCTION_FIND) }
};
struct XcbXkb {
  VS_XCB_XKB_FUNCTIONS(VS_FUNCTION_MEMBER)
  void find_in(posix::SharedLibrary& library) noexcept { VS_XCB_XKB_FUNCTIONS(VS_FUNCTION_FIND) }
};
struct XcbXtest {
  VS_XCB_XTEST_FUNCTIONS(VS_FUNCTION_MEMBER)
  void find_in(posix::SharedLibrary& library) noexcept { VS_XCB_XTEST_FUNCTIONS(VS_FUNCTION_FIND) }
};
struct XkbcommonX11 {
  VS_XKBCOMMON_X11_FUNCTIONS(VS_FUNCTION_MEMBER)
  void find_in(posix::SharedLibrary& library) noexcept { VS_XKBCOMMON_X11_FUNCTIONS(VS_FUNCTION_FIND) }
};

struct Library : Xcb, XcbXinput, XcbXkb, XcbXtest, XkbcommonX11 {
  // Thread: any. Real-time: no, opens the libraries when asked for the first time. Errors: kServiceMissing.
  [[nodiscard]] static const Result<Library>& get();
};

// What xcb gives is the C library's to free.
struct Freed {
  void operator()(void* memory) const noexcept {
    std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc)
  }
};
template <typename T>
using Reply = std::unique_ptr<T, Freed>;

}  // namespace voicestand::x11
