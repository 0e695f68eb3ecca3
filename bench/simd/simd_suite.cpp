#include "bench/simd/comparisons.h"
#include "bench/suite.h"

namespace voicestand::bench {

Result<void> run_simd(Session& session) {
  if (auto done = compare_kernels(session); !done) return done;
  return compare_resamplers(session);
}

}  // namespace voicestand::bench
