#pragma once

#include <span>
#include <string_view>

#include "bench/session.h"
#include "voicestand/base/result.h"

namespace voicestand::bench {

// A group of measurements that one can ask for.
struct Suite {
  std::string_view name;
  Result<void> (*run)(Session& session);  // errors: what it needs is missing, or a subject did not do its work
};

// Thread: any. In the order in which they run.
[[nodiscard]] std::span<const Suite> suites() noexcept;

// One a suite, each in a folder of its own.
[[nodiscard]] Result<void> run_ring(Session& session);
[[nodiscard]] Result<void> run_pool(Session& session);
[[nodiscard]] Result<void> run_simd(Session& session);
[[nodiscard]] Result<void> run_vad(Session& session);
[[nodiscard]] Result<void> run_pipeline(Session& session);
[[nodiscard]] Result<void> run_asr(Session& session);

}  // namespace voicestand::bench
