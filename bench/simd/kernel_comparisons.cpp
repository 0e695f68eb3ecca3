#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bench/simd/comparisons.h"
#include "bench/simd/scalar.h"
#include "voicestand/simd/kernels.h"

#if defined(VOICESTAND_BENCH_VOLK)
#include <volk/volk.h>
#endif

namespace voicestand::bench {
namespace {

constexpr double kBarGain = 8;
constexpr double kBarGainAvx2 = 6.5;
constexpr double kBarS16 = 10;
constexpr double kBarVolk = 1;

constexpr float kFactor = 0.7F;
constexpr float kFullScale = 32'768;

// What kernels work on: a block of samples, which stays in the first cache.
struct Block {
  static constexpr std::size_t kSamples = 1'024;

  alignas(64) std::array<float, kSamples> in{};
  alignas(64) std::array<float, kSamples> in_2{};
  alignas(64) std::array<std::int16_t, kSamples> in_s16{};
  alignas(64) std::array<float, kSamples> out{};
  double value = 0;  // of kernels that make one of many

  Block() {
    std::mt19937 random(1);
    std::uniform_real_distribution<float> sample(-0.9F, 0.9F);
    for (std::size_t i = 0; i < kSamples; ++i) {
      in[i] = sample(random);
      in_2[i] = sample(random);
      in_s16[i] = static_cast<std::int16_t>(kFullScale * sample(random));
    }
  }

  [[nodiscard]] bool agrees_with(const Block& other) const {
    bool agrees = std::abs(value - other.value) <= 1e-4 * (1 + std::abs(value));
    for (std::size_t i = 0; i < kSamples; ++i) {
      agrees = agrees && std::abs(out[i] - other.out[i]) <= 1e-5F;
    }
    return agrees;
  }
};

// One kernel: ours, its plain loop, and others where they have it. Each `work(Block&)` does one block.
class KernelComparison {
 public:
  explicit KernelComparison(const std::string& name)
      : comparison_{
            .suite = "simd", .name = "simd/" + name, .unit = Unit::cost("ns/block", 1e9), .subjects = {}, .bars = {}} {}

  template <typename Work>
  KernelComparison& add_ours(const std::string& variant, Work work) {
    return add(ours(variant, spend(work)), work);
  }
  template <typename Work>
  KernelComparison& add_peer(const std::string& name, Work work) {
    return add(peer(name, spend(work)), work);
  }
  KernelComparison& bar(const std::string& variant, const std::string& to, double at_least) {
    comparison_.bars.push_back({.variant = variant, .to = to, .at_least = at_least});
    return *this;
  }

  Result<void> run(Session& session) const {
    Block expected;
    works_.front()(expected);
    for (const auto& work : works_) {
      Block block;
      work(block);
      if (!block.agrees_with(expected))
        return fail(Errc::kBadData, "the kernels do not agree", comparison_.name, "do not trust the figures");
    }
    session.compare(comparison_);
    return {};
  }

 private:
  template <typename Work>
  static Spend spend(Work work) {
    return timed([work, block = std::make_shared<Block>()] { work(*block); });
  }
  template <typename Work>
  KernelComparison& add(Subject subject, Work work) {
    comparison_.subjects.push_back(std::move(subject));
    works_.emplace_back(work);
    return *this;
  }

  Comparison comparison_;
  std::vector<std::function<void(Block&)>> works_;
};

KernelComparison gain() {
  const auto of = [](const simd::Kernels& kernels) {
    return [apply = kernels.gain.apply](Block& it) { apply(it.in.data(), kFactor, it.out.data(), Block::kSamples); };
  };
  KernelComparison comparison("gain");
  const simd::Kernels& active = simd::kernels();
  comparison.add_ours("", of(active));
  if (const simd::Kernels* const avx2 = simd::kernels_for(simd::Isa::kAvx2)) comparison.add_ours("avx2", of(*avx2));
  comparison.add_peer("scalar", [](Block& it) { scalar::gain(it.in.data(), kFactor, it.out.data(), Block::kSamples); });
  comparison.bar("", "scalar", active.isa <= simd::Isa::kAvx2 ? kBarGainAvx2 : kBarGain);
  comparison.bar("avx2", "scalar", kBarGainAvx2);
#if defined(VOICESTAND_BENCH_VOLK)
  comparison.add_peer(
      "volk", [](Block& it) { volk_32f_s32f_multiply_32f(it.out.data(), it.in.data(), kFactor, Block::kSamples); });
  comparison.bar("", "volk", kBarVolk);
#endif
  return comparison;
}

KernelComparison s16_to_f32_gain() {
  KernelComparison comparison("s16-to-f32-gain");
  comparison
      .add_ours("", [s16 = simd::kernels().convert.s16](
                        Block& it) { s16(it.in_s16.data(), 1, Block::kSamples, kFactor, it.out.data()); })
      .add_peer("scalar",
                [](Block& it) { scalar::s16_to_f32(it.in_s16.data(), kFactor, it.out.data(), Block::kSamples); })
      .bar("", "scalar", kBarS16);
#if defined(VOICESTAND_BENCH_VOLK)
  comparison
      .add_peer("volk",
                [](Block& it) {
                  volk_16i_s32f_convert_32f(it.out.data(), it.in_s16.data(), kFullScale / kFactor, Block::kSamples);
                })
      .bar("", "volk", kBarVolk);
#endif
  return comparison;
}

KernelComparison dot() {
  KernelComparison comparison("dot");
  comparison
      .add_ours("", [dot = simd::kernels().filter.dot](
                        Block& it) { it.value = dot(it.in.data(), it.in_2.data(), Block::kSamples); })
      .add_peer("scalar", [](Block& it) { it.value = scalar::dot(it.in.data(), it.in_2.data(), Block::kSamples); });
#if defined(VOICESTAND_BENCH_VOLK)
  comparison
      .add_peer("volk",
                [](Block& it) {
                  float sum = 0;
                  volk_32f_x2_dot_prod_32f(&sum, it.in.data(), it.in_2.data(), Block::kSamples);
                  it.value = sum;
                })
      .bar("", "volk", kBarVolk);
#endif
  return comparison;
}

KernelComparison peak() {
  KernelComparison comparison("peak");
  comparison
      .add_ours("", [peak = simd::kernels().level.peak](Block& it) { it.value = peak(it.in.data(), Block::kSamples); })
      .add_peer("scalar", [](Block& it) { it.value = scalar::peak(it.in.data(), Block::kSamples); });
  return comparison;
}

KernelComparison sum_of_squares() {
  KernelComparison comparison("sum-of-squares");
  comparison
      .add_ours("", [sum = simd::kernels().level.sum_of_squares](
                        Block& it) { it.value = sum(it.in.data(), Block::kSamples); })
      .add_peer("scalar", [](Block& it) { it.value = scalar::sum_of_squares(it.in.data(), Block::kSamples); });
  return comparison;
}

}  // namespace

Result<void> compare_kernels(Session& session) {
  for (const auto& comparison : {gain(), s16_to_f32_gain(), dot(), peak(), sum_of_squares()}) {
    if (auto done = comparison.run(session); !done) return done;
  }
  return {};
}

}  // namespace voicestand::bench
