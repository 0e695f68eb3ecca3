#include <algorithm>

#include <fmt/format.h>

#include "voicestand/service/model_store.h"

namespace voicestand::service {
namespace {

constexpr std::uint64_t kMemoryShare = 4;      // of the machine's memory one part may go to the model
constexpr double kFastEnoughForOneCore = 1.5;  // relative to the reference model
constexpr double kBytesPerGib = 1024.0 * 1024 * 1024;
constexpr std::uint64_t kBytesPerMb = 1'000'000;

}  // namespace

ModelRecommendation recommend_model(unsigned cores, std::uint64_t memory_bytes, std::span<const ModelManifest> known) {
  const std::string machine = fmt::format("{} {} and {:.1f} GiB of memory", cores, cores == 1 ? "core" : "cores",
                                          static_cast<double>(memory_bytes) / kBytesPerGib);
  const ModelManifest* smallest = nullptr;
  for (const ModelManifest& model : known) {
    if (model.role != ModelRole::kRecognition) continue;
    if (smallest == nullptr || model.memory_bytes < smallest->memory_bytes) smallest = &model;
    if (model.memory_bytes > memory_bytes / kMemoryShare) continue;
    if (cores < 2 && model.relative_speed < kFastEnoughForOneCore) continue;
    return {.id = model.id,
            .reason = fmt::format("{} run the most accurate model that fits with ease, about {} MB while it works",
                                  machine, model.memory_bytes / kBytesPerMb)};
  }
  if (smallest == nullptr) return {};
  return {.id = smallest->id,
          .reason = fmt::format("{} are little for any model; this is the smallest, about {} MB while it works",
                                machine, smallest->memory_bytes / kBytesPerMb)};
}

}  // namespace voicestand::service
