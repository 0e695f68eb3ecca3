#pragma once

#include <xkbcommon/xkbcommon.h>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/shared_library.h"

// clang-format off
#define VS_XKB_FUNCTIONS(each) \
  each(xkb_context_new) each(xkb_context_set_log_level) each(xkb_context_unref) each(xkb_keymap_get_as_string) \
  each(xkb_keymap_key_get_name) each(xkb_keymap_key_get_syms_by_level) each(xkb_keymap_max_keycode) \
  each(xkb_keymap_min_keycode) each(xkb_keymap_new_from_buffer) each(xkb_keymap_new_from_names) \
  each(xkb_keymap_num_layouts) each(xkb_keymap_num_layouts_for_key) each(xkb_keymap_num_levels_for_key) \
  each(xkb_keymap_unref) each(xkb_keysym_to_utf32) each(xkb_state_key_get_one_sym) each(xkb_state_new) \
  each(xkb_state_serialize_mods) each(xkb_state_unref) each(xkb_state_update_key) each(xkb_state_update_mask) \
  each(xkb_utf32_to_keysym)
// clang-format on

namespace voicestand::xkb {

// What is used of libxkbcommon.
struct Library {
  VS_XKB_FUNCTIONS(VS_FUNCTION_MEMBER)

  void find_in(posix::SharedLibrary& library) noexcept { VS_XKB_FUNCTIONS(VS_FUNCTION_FIND) }

  // Thread: any. Real-time: no, opens the library when asked for the first time. Errors: kServiceMissing.
  [[nodiscard]] static const Result<Library>& get();
};

}  // namespace voicestand::xkb
