#include "voicestand/audio/sample_check.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace voicestand::audio {
namespace {

constexpr float kMaxMagnitude = 2147483648.0F;  // float files with the scale of 32-bit integers exist; more is no scale

}  // namespace

Result<void> check_samples(std::span<const float> interleaved, AudioFormat format, std::uint64_t first_frame,
                           const std::string& where) {
  const auto sane = [](float sample) { return std::abs(sample) <= kMaxMagnitude; };  // false for NaN
  const auto bad = std::ranges::find_if_not(interleaved, sane);
  if (bad == interleaved.end()) return {};
  const auto frame = first_frame + static_cast<std::uint64_t>((bad - interleaved.begin()) / format.channels);
  const double at_s = static_cast<double>(frame) / format.sample_rate_hz;
  const char* what = std::isnan(*bad) ? "not a number" : "out of any range";
  return fail(Errc::kBadAudio, fmt::format("the sample at {:.3f} s (frame {}) is {}", at_s, frame, what), where,
              "write the file again from its original");
}

Result<void> check_format(AudioFormat format, const std::string& where) {
  if (format.supported()) return {};
  if (format.channels < 1)
    return fail(Errc::kBadAudio, "it has no channels", where, "write the file again from its original");
  if (format.channels > AudioFormat::kMaxChannels) {
    return fail(Errc::kBadAudio,
                fmt::format("{} channels, at most {} are read", format.channels, AudioFormat::kMaxChannels), where,
                "mix it down first");
  }
  return fail(Errc::kBadAudio,
              fmt::format("a sample rate of {} Hz, rates from {} to {} Hz are read", format.sample_rate_hz,
                          AudioFormat::kMinRateHz, AudioFormat::kMaxRateHz),
              where, "resample it first");
}

}  // namespace voicestand::audio
