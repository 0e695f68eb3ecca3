#include "bench/pipeline/recording.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include "voicestand/audio/audio_file.h"

namespace voicestand::bench {
namespace {

constexpr const char* kSamples = VOICESTAND_BUNDLE_DIR "/samples/";

}  // namespace

Result<Recording> sample_recording(audio::AudioFormat format, double longest_s, std::string_view name) {
  auto file = audio::AudioFile::open(std::string(kSamples).append(name));
  if (!file) return std::unexpected(std::move(file.error()));
  const int rate = file->format().sample_rate_hz;
  const auto stride = static_cast<std::size_t>(file->format().channels);
  std::vector<float> read(4'096 * stride);
  std::vector<float> spoken;
  while (static_cast<double>(spoken.size()) < longest_s * rate) {
    const auto count = file->read(read);
    if (!count) return std::unexpected(count.error());
    if (*count == 0) break;
    for (std::size_t i = 0; i < *count; i += stride) spoken.push_back(read[i]);
  }
  const double length_s = std::min(static_cast<double>(spoken.size()) / rate, longest_s);

  // Straight lines between the samples: what that adds above their band is the conditioner's to take away.
  Recording recording{.format = format, .samples = {}};
  const auto frames = static_cast<std::size_t>(length_s * format.sample_rate_hz);
  for (std::size_t frame = 0; frame < frames; ++frame) {
    const double at = static_cast<double>(frame) * rate / format.sample_rate_hz;
    const auto before = static_cast<std::size_t>(at);
    const std::size_t after = std::min(before + 1, spoken.size() - 1);
    const float sample = std::lerp(spoken[before], spoken[after], static_cast<float>(at - std::floor(at)));
    recording.samples.insert(recording.samples.end(), static_cast<std::size_t>(format.channels), sample);
  }
  return recording;
}

}  // namespace voicestand::bench
