#pragma once

#include <wayland-client-core.h>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/shared_library.h"

// clang-format off
#define VS_WAYLAND_FUNCTIONS(each) \
  each(wl_display_cancel_read) each(wl_display_connect_to_fd) each(wl_display_disconnect) \
  each(wl_display_dispatch_pending) each(wl_display_flush) each(wl_display_get_error) \
  each(wl_display_get_protocol_error) each(wl_display_prepare_read) each(wl_display_read_events) \
  each(wl_log_set_handler_client) each(wl_proxy_add_dispatcher) each(wl_proxy_destroy) each(wl_proxy_get_version) \
  each(wl_proxy_marshal_array_flags)
// clang-format on

namespace voicestand::wayland {

// What is used of libwayland-client.
struct Library {
  VS_WAYLAND_FUNCTIONS(VS_FUNCTION_MEMBER)

  void find_in(posix::SharedLibrary& library) noexcept { VS_WAYLAND_FUNCTIONS(VS_FUNCTION_FIND) }

  // Thread: any. Real-time: no, opens the library when asked for the first time. Errors: kServiceMissing.
  [[nodiscard]] static const Result<Library>& get();
};

}  // namespace voicestand::wayland
