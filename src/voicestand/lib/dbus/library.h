#pragma once

#include <systemd/sd-bus.h>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/shared_library.h"

// clang-format off
#define VS_SYSTEMD_FUNCTIONS(each) \
  each(sd_bus_call_method) each(sd_bus_error_free) each(sd_bus_flush_close_unref) \
  each(sd_bus_get_property_trivial) each(sd_bus_open_system) each(sd_bus_open_user) \
  each(sd_bus_set_method_call_timeout)
// clang-format on

namespace voicestand::dbus {

// What is used of libsystemd.
struct Library {
  VS_SYSTEMD_FUNCTIONS(VS_FUNCTION_MEMBER)

  void find_in(posix::SharedLibrary& library) noexcept { VS_SYSTEMD_FUNCTIONS(VS_FUNCTION_FIND) }

  // Thread: any. Real-time: no, opens the library when asked for the first time. Errors: kServiceMissing.
  [[nodiscard]] static const Result<Library>& get();
};

}  // namespace voicestand::dbus
