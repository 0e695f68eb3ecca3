#pragma once

#include <pipewire/pipewire.h>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/shared_library.h"

// clang-format off
#define VS_PIPEWIRE_FUNCTIONS(each) \
  each(pw_context_connect) each(pw_context_destroy) each(pw_context_new) each(pw_core_disconnect) each(pw_init) \
  each(pw_log_set_level) each(pw_properties_new) each(pw_properties_set) each(pw_proxy_destroy) \
  each(pw_stream_add_listener) each(pw_stream_connect) each(pw_stream_dequeue_buffer) each(pw_stream_destroy) \
  each(pw_stream_new) each(pw_stream_queue_buffer) each(pw_stream_update_properties) each(pw_thread_loop_destroy) each(pw_thread_loop_get_loop) \
  each(pw_thread_loop_get_time) each(pw_thread_loop_lock) each(pw_thread_loop_new) each(pw_thread_loop_signal) \
  each(pw_thread_loop_start) each(pw_thread_loop_stop) each(pw_thread_loop_timed_wait_full) \
  each(pw_thread_loop_unlock)
// clang-format on

namespace voicestand::pipewire {

// What is used of libpipewire.
struct Library {
  VS_PIPEWIRE_FUNCTIONS(VS_FUNCTION_MEMBER)

  void find_in(posix::SharedLibrary& library) noexcept { VS_PIPEWIRE_FUNCTIONS(VS_FUNCTION_FIND) }

  // Thread: any. Real-time: no, opens the library when asked for the first time. Errors: kServiceMissing.
  [[nodiscard]] static const Result<Library>& get();
};

}  // namespace voicestand::pipewire
