#include "bench/suite.h"

#include <array>

namespace voicestand::bench {
namespace {

constexpr std::array kSuites{
    Suite{.name = "ring", .run = run_ring},         Suite{.name = "pool", .run = run_pool},
    Suite{.name = "simd", .run = run_simd},         Suite{.name = "vad", .run = run_vad},
    Suite{.name = "pipeline", .run = run_pipeline}, Suite{.name = "asr", .run = run_asr},
};

}  // namespace

std::span<const Suite> suites() noexcept {
  return kSuites;
}

}  // namespace voicestand::bench
