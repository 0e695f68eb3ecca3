#include "voicestand/lib/pipewire/stream_format.h"

#include <spa/param/audio/format-utils.h>
#include <spa/param/audio/raw-utils.h>
#include <spa/param/param.h>

namespace voicestand::pipewire {
const spa_pod* offer_format(std::span<std::byte> buffer, std::optional<int> channels,
                            std::optional<int> sample_rate_hz) noexcept {
  spa_pod_builder builder{};
  spa_pod_builder_init(&builder, buffer.data(), static_cast<std::uint32_t>(buffer.size()));
  spa_pod_frame frame{};
  spa_pod_builder_push_object(&builder, &frame, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
  spa_pod_builder_add(&builder, SPA_FORMAT_mediaType, SPA_POD_Id(SPA_MEDIA_TYPE_audio), SPA_FORMAT_mediaSubtype,
                      SPA_POD_Id(SPA_MEDIA_SUBTYPE_raw), SPA_FORMAT_AUDIO_format, SPA_POD_Id(SPA_AUDIO_FORMAT_F32), 0);
  if (channels) spa_pod_builder_add(&builder, SPA_FORMAT_AUDIO_channels, SPA_POD_Int(*channels), 0);
  if (sample_rate_hz) spa_pod_builder_add(&builder, SPA_FORMAT_AUDIO_rate, SPA_POD_Int(*sample_rate_hz), 0);
  return static_cast<const spa_pod*>(spa_pod_builder_pop(&builder, &frame));
}

std::optional<StreamFormat> agreed_format(const spa_pod* format) noexcept {
  std::uint32_t media_type = 0;
  std::uint32_t media_subtype = 0;
  if (spa_format_parse(format, &media_type, &media_subtype) < 0) return std::nullopt;
  if (media_type != SPA_MEDIA_TYPE_audio || media_subtype != SPA_MEDIA_SUBTYPE_raw) return std::nullopt;
  spa_audio_info_raw raw{};
  if (spa_format_audio_raw_parse(format, &raw) < 0 || raw.format != SPA_AUDIO_FORMAT_F32) return std::nullopt;
  if (raw.rate == 0 || raw.channels == 0) return std::nullopt;
  return StreamFormat{.sample_rate_hz = raw.rate, .channels = raw.channels};
}

}  // namespace voicestand::pipewire
