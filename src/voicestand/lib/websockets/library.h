#pragma once

#include <libwebsockets.h>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/shared_library.h"

// clang-format off
#define VS_WEBSOCKETS_FUNCTIONS(each) \
  each(lws_add_http_common_headers) each(lws_add_http_header_by_name) each(lws_callback_on_writable) \
  each(lws_cancel_service) each(lws_close_reason) each(lws_context_destroy) each(lws_context_user) \
  each(lws_create_context) each(lws_finalize_write_http_header) each(lws_get_context) each(lws_get_urlarg_by_name) \
  each(lws_get_vhost_by_name) each(lws_get_vhost_listen_port) each(lws_hdr_copy) each(lws_hdr_total_length) \
  each(lws_http_transaction_completed) each(lws_return_http_status) each(lws_service) each(lws_set_log_level) \
  each(lws_sul_schedule) each(lws_write)
// clang-format on

namespace voicestand::websockets {

// What is used of libwebsockets.
struct Library {
  VS_WEBSOCKETS_FUNCTIONS(VS_FUNCTION_MEMBER)

  void find_in(posix::SharedLibrary& library) noexcept { VS_WEBSOCKETS_FUNCTIONS(VS_FUNCTION_FIND) }

  // Thread: any. Real-time: no, opens the library when asked for the first time. Errors: kServiceMissing.
  [[nodiscard]] static const Result<Library>& get();
};

}  // namespace voicestand::websockets
