#pragma once

#include <alsa/asoundlib.h>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/shared_library.h"

// clang-format off
#define VS_ALSA_FUNCTIONS(each) \
  each(snd_device_name_free_hint) each(snd_device_name_get_hint) each(snd_device_name_hint) \
  each(snd_lib_error_set_handler) each(snd_pcm_close) each(snd_pcm_frames_to_bytes) each(snd_pcm_hw_params) \
  each(snd_pcm_hw_params_any) each(snd_pcm_hw_params_free) each(snd_pcm_hw_params_malloc) \
  each(snd_pcm_hw_params_set_access) each(snd_pcm_hw_params_set_channels_near) each(snd_pcm_hw_params_set_format) \
  each(snd_pcm_hw_params_set_period_size_near) each(snd_pcm_hw_params_set_periods_near) \
  each(snd_pcm_hw_params_set_rate_near) each(snd_pcm_open) each(snd_pcm_poll_descriptors) \
  each(snd_pcm_poll_descriptors_count) each(snd_pcm_poll_descriptors_revents) each(snd_pcm_prepare) \
  each(snd_pcm_readi) each(snd_pcm_start) each(snd_pcm_sw_params) each(snd_pcm_sw_params_current) \
  each(snd_pcm_sw_params_free) each(snd_pcm_sw_params_malloc) each(snd_pcm_sw_params_set_avail_min) \
  each(snd_strerror)
// clang-format on

namespace voicestand::alsa {

// What is used of libasound.
struct Library {
  VS_ALSA_FUNCTIONS(VS_FUNCTION_MEMBER)

  void find_in(posix::SharedLibrary& library) noexcept { VS_ALSA_FUNCTIONS(VS_FUNCTION_FIND) }

  // Thread: any. Real-time: no, opens the library when asked for the first time. Errors: kServiceMissing.
  [[nodiscard]] static const Result<Library>& get();
};

}  // namespace voicestand::alsa
