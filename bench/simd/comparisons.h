#pragma once

#include "bench/session.h"
#include "voicestand/base/result.h"

// The two halves of the simd suite. Thread: one.
namespace voicestand::bench {

[[nodiscard]] Result<void> compare_kernels(Session& session);
[[nodiscard]] Result<void> compare_resamplers(Session& session);

}  // namespace voicestand::bench
