#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/shared_library.h"

// clang-format off
#define VS_SYSTEMD_FUNCTIONS(each) \
  each(sd_bus_add_object_vtable) each(sd_bus_attach_event) each(sd_bus_call) each(sd_bus_call_async) \
  each(sd_bus_call_method) each(sd_bus_call_method_async) each(sd_bus_emit_properties_changed_strv) \
  each(sd_bus_error_free) each(sd_bus_error_has_name) each(sd_bus_error_set) each(sd_bus_flush_close_unref) \
  each(sd_bus_get_fd) each(sd_bus_get_property) each(sd_bus_get_property_trivial) each(sd_bus_get_unique_name) \
  each(sd_bus_match_signal) each(sd_bus_match_signal_async) each(sd_bus_message_append) \
  each(sd_bus_message_append_basic) each(sd_bus_message_close_container) each(sd_bus_message_enter_container) \
  each(sd_bus_message_exit_container) each(sd_bus_message_get_error) each(sd_bus_message_get_member) \
  each(sd_bus_message_get_path) each(sd_bus_message_get_sender) each(sd_bus_message_new_method_call) \
  each(sd_bus_message_new_signal) each(sd_bus_message_open_container) each(sd_bus_message_peek_type) \
  each(sd_bus_message_read) each(sd_bus_message_read_basic) each(sd_bus_message_set_auto_start) \
  each(sd_bus_message_skip) each(sd_bus_message_unref) each(sd_bus_new) each(sd_bus_object_vtable_format) \
  each(sd_bus_open_system) each(sd_bus_open_user) each(sd_bus_process) each(sd_bus_reply_method_return) \
  each(sd_bus_request_name) each(sd_bus_send) each(sd_bus_set_address) each(sd_bus_set_bus_client) \
  each(sd_bus_set_method_call_timeout) each(sd_bus_slot_unref) each(sd_bus_start) each(sd_bus_wait) \
  each(sd_event_add_io) each(sd_event_add_time_relative) each(sd_event_exit) each(sd_event_loop) each(sd_event_new) \
  each(sd_event_source_disable_unref) each(sd_event_unref)
// clang-format on

namespace voicestand::dbus {

// What is used of libsystemd; sd_bus_object_vtable_format is no function but a number that object tables refer to.
struct Library {
  VS_SYSTEMD_FUNCTIONS(VS_FUNCTION_MEMBER)

  void find_in(posix::SharedLibrary& library) noexcept { VS_SYSTEMD_FUNCTIONS(VS_FUNCTION_FIND) }

  // Thread: any. Real-time: no, opens the library when asked for the first time. Errors: kServiceMissing.
  [[nodiscard]] static const Result<Library>& get();
};

}  // namespace voicestand::dbus
