#include "bench/pipeline/passes.h"

#include <cstddef>
#include <utility>

#include "bench/baseline/front_end.h"
#include "bench/pipeline/front_end.h"
#include "bench/pipeline/recording.h"
#include "bench/promises.h"

namespace voicestand::bench {
namespace {

constexpr audio::AudioFormat kMicrophone{.sample_rate_hz = 48'000, .channels = 1};
constexpr audio::AudioFormat kStudio{.sample_rate_hz = 96'000, .channels = 2};
constexpr std::size_t kMicrophoneBlock = 128;
constexpr std::size_t kStudioBlock = 1'024;

Result<Spend> passes_of_ours(const std::string& model, std::shared_ptr<const Recording> recording,
                             std::size_t block_frames, FirstError error) {
  auto created = FrontEnd::create(model);
  if (!created) return std::unexpected(std::move(created.error()));
  return told([front_end = std::make_shared<FrontEnd>(std::move(*created)), recording = std::move(recording),
               block_frames] { return front_end->hear(*recording, block_frames); },
              std::move(error));
}

Result<Spend> passes_of_baseline(const std::string& model, std::shared_ptr<const Recording> recording,
                                 std::size_t block_frames, FirstError error) {
  auto created = baseline::FrontEnd::create(model);
  if (!created) return std::unexpected(std::move(created.error()));
  return told([front_end = std::make_shared<baseline::FrontEnd>(std::move(*created)), recording = std::move(recording),
               block_frames]() -> Result<Seconds> { return front_end->hear(*recording, block_frames); },
              std::move(error));
}

Result<std::shared_ptr<const Recording>> spoken_to(audio::AudioFormat format, double length_s) {
  auto recording = sample_recording(format, length_s);
  if (!recording) return std::unexpected(std::move(recording.error()));
  return std::make_shared<const Recording>(std::move(*recording));
}

}  // namespace

Result<Passes> Passes::beside_baseline(const std::string& model, double length_s) {
  const auto recording = spoken_to(kMicrophone, length_s);
  if (!recording) return std::unexpected(recording.error());
  FirstError error = no_error_yet();
  auto own = passes_of_ours(model, *recording, kMicrophoneBlock, error);
  if (!own) return std::unexpected(std::move(own.error()));
  auto plain = passes_of_baseline(model, *recording, kMicrophoneBlock, error);
  if (!plain) return std::unexpected(std::move(plain.error()));
  return Passes{
      .comparison = {.suite = "pipeline",
                     .name = "pipeline/cpu",
                     .unit = Unit::cost("ms/s", 1e3, (*recording)->length_s()),
                     .subjects = {ours("", std::move(*own)), peer("baseline", std::move(*plain))},
                     .bars = {{.variant = {}, .to = "baseline", .at_least = promises::kCpuEfficiency.bar.limit}},
                     .crowded = true},
      .error = std::move(error)};
}

Result<Passes> Passes::of_studio(const std::string& model, double length_s) {
  const auto recording = spoken_to(kStudio, length_s);
  if (!recording) return std::unexpected(recording.error());
  FirstError error = no_error_yet();
  auto own = passes_of_ours(model, *recording, kStudioBlock, error);
  if (!own) return std::unexpected(std::move(own.error()));
  return Passes{.comparison = {.suite = "pipeline",
                               .name = "pipeline/throughput/96k-stereo",
                               .unit = Unit::rate("x", (*recording)->length_s()),
                               .subjects = {ours("", std::move(*own))},
                               .bars = {},
                               .crowded = true},
                .error = std::move(error)};
}

}  // namespace voicestand::bench
