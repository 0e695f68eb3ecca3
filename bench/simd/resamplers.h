#pragma once

#include "bench/simd/resampling.h"

namespace voicestand::bench::resampling {

// Thread: any. Ours.
[[nodiscard]] std::unique_ptr<Converter> make_ours();
#if defined(VOICESTAND_BENCH_SOXR)
// libsoxr at its high quality, on one thread.
[[nodiscard]] std::unique_ptr<Converter> make_soxr();
#endif
#if defined(VOICESTAND_BENCH_SPEEXDSP)
// speexdsp at a quality from 0 to 10.
inline constexpr int kBestSpeexdsp = 10;
[[nodiscard]] std::unique_ptr<Converter> make_speexdsp(int quality);
#endif

}  // namespace voicestand::bench::resampling
