#include "voicestand/dsp/high_pass.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/dsp/kernels_test_isas.h"

namespace voicestand::dsp {
namespace {

std::vector<float> filtered(std::vector<float> samples, const simd::Kernels& kernels) {
  HighPass(kernels).process(samples);
  return samples;
}

std::vector<std::uint32_t> bits_of(const std::vector<float>& samples) {
  std::vector<std::uint32_t> bits;
  for (const float sample : samples) bits.push_back(std::bit_cast<std::uint32_t>(sample));
  return bits;
}

// Sound, silence of either sign and sound again.
std::vector<float> any_samples() {
  std::mt19937 random(*rc::gen::arbitrary<unsigned>());
  std::uniform_real_distribution<float> sample(-1, 1);
  std::vector<float> samples(*rc::gen::inRange<std::size_t>(0, 500));
  bool silent = false;
  for (float& value : samples) {
    if (random() % 20 == 0) silent = !silent;
    value = silent ? std::copysign(0.0F, sample(random)) : sample(random);
  }
  return samples;
}

TEST(HighPass, BlocksOfAnySizeGiveTheSameBits) {
  EXPECT_TRUE(rc::check([] {
    const simd::Kernels& kernels = any_kernels();
    const std::vector<float> in = any_samples();
    std::vector<float> out = in;
    HighPass in_pieces(kernels);
    for (std::span<float> rest(out); !rest.empty();) {
      const std::size_t count = std::min(rest.size(), *rc::gen::inRange<std::size_t>(1, 40));
      in_pieces.process(rest.first(count));
      rest = rest.subspan(count);
    }
    RC_ASSERT(bits_of(out) == bits_of(filtered(in, kernels)));
  }));
}

TEST(HighPass, InstructionSetsAgree) {
  EXPECT_TRUE(rc::check([] {
    const std::vector<float> in = any_samples();
    const std::vector<float> wanted = filtered(in, *simd::kernels_for(simd::Isa::kScalar));
    const std::vector<float> got = filtered(in, any_kernels());
    for (std::size_t i = 0; i < in.size(); ++i) RC_ASSERT(std::abs(got[i] - wanted[i]) <= 2e-7F);
  }));
}

TEST(HighPass, ResetForgets) {
  for (const simd::Kernels* const kernels : kernels_of_all_isas()) {
    HighPass high_pass(*kernels);
    std::vector<float> before(21, 0.5F);
    high_pass.process(before);
    high_pass.reset();
    std::vector<float> samples(100, 0.25F);
    high_pass.process(samples);
    EXPECT_EQ(samples, filtered(std::vector<float>(100, 0.25F), *kernels)) << isa_name(*kernels);
  }
}

}  // namespace
}  // namespace voicestand::dsp
