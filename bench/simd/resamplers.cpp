#include "bench/simd/resamplers.h"

#include <utility>

#include "voicestand/dsp/resampler.h"

#if defined(VOICESTAND_BENCH_SOXR)
#include <soxr.h>
#endif
#if defined(VOICESTAND_BENCH_SPEEXDSP)
#include <speex/speex_resampler.h>
#endif

namespace voicestand::bench::resampling {
namespace {

class Ours final : public Converter {
 public:
  explicit Ours(dsp::Resampler resampler) : resampler_(std::move(resampler)) {}
  std::size_t process(std::span<const float> block, std::span<float> out) noexcept override {
    return resampler_.process(block, out);
  }

 private:
  dsp::Resampler resampler_;
};

#if defined(VOICESTAND_BENCH_SOXR)
class Soxr final : public Converter {
 public:
  std::size_t process(std::span<const float> block, std::span<float> out) noexcept override {
    std::size_t taken = 0;
    std::size_t made = 0;
    soxr_process(soxr_.get(), block.data(), block.size(), &taken, out.data(), out.size(), &made);
    return made;
  }

 private:
  static soxr_t create() {
    const soxr_io_spec_t floats = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    const soxr_quality_spec_t high = soxr_quality_spec(SOXR_HQ, 0);
    const soxr_runtime_spec_t one_thread = soxr_runtime_spec(1);
    return soxr_create(kInputRateHz, kOutputRateHz, 1, nullptr, &floats, &high, &one_thread);
  }
  std::unique_ptr<soxr, void (*)(soxr_t)> soxr_{create(), soxr_delete};
};
#endif

#if defined(VOICESTAND_BENCH_SPEEXDSP)
class Speexdsp final : public Converter {
 public:
  explicit Speexdsp(int quality)
      : state_(speex_resampler_init(1, kInputRateHz, kOutputRateHz, quality, nullptr), speex_resampler_destroy) {}
  std::size_t process(std::span<const float> block, std::span<float> out) noexcept override {
    auto taken = static_cast<spx_uint32_t>(block.size());
    auto made = static_cast<spx_uint32_t>(out.size());
    speex_resampler_process_float(state_.get(), 0, block.data(), &taken, out.data(), &made);
    return made;
  }

 private:
  std::unique_ptr<SpeexResamplerState, void (*)(SpeexResamplerState*)> state_;
};
#endif

}  // namespace

std::unique_ptr<Converter> make_ours() {
  return std::make_unique<Ours>(*dsp::Resampler::create(kInputRateHz, kBlockFrames));
}

#if defined(VOICESTAND_BENCH_SOXR)
std::unique_ptr<Converter> make_soxr() {
  return std::make_unique<Soxr>();
}
#endif

#if defined(VOICESTAND_BENCH_SPEEXDSP)
std::unique_ptr<Converter> make_speexdsp(int quality) {
  return std::make_unique<Speexdsp>(quality);
}
#endif

}  // namespace voicestand::bench::resampling
