#include "voicestand/simd/kernels.h"

#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/simd/kernels_test_parity.h"
#include "voicestand/simd/kernels_test_tables.h"
#include "voicestand/simd/layer_kernels_test_parity.h"

namespace voicestand::simd {
namespace {

// Every kernel of one instruction set against the scalar ones.
class KernelsParity : public testing::TestWithParam<TestedKernels> {
 protected:
  const Kernels& tested() const { return GetParam().kernels; }
};

std::vector<std::byte> bytes_of(const std::vector<float>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(float));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

// Noise, between which every few samples lies something that arithmetic is asked about seldom.
std::vector<float> odd_samples(std::size_t count, unsigned seed, float loudness = 1.5F) {
  using Limits = std::numeric_limits<float>;
  constexpr std::array kOdd{0.0F,
                            -0.0F,
                            Limits::denorm_min(),
                            -Limits::min() / 3,
                            Limits::quiet_NaN(),
                            Limits::infinity(),
                            -Limits::infinity(),
                            Limits::max(),
                            Limits::lowest(),
                            1.0F,
                            -1.0F,
                            0x1.0001p-1F,
                            0.5F / 32768,
                            1.5F / 32768,
                            8.0F,
                            -9.0F};
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> sample(-loudness, loudness);
  std::vector<float> samples(count);
  for (float& value : samples) value = random() % 5 == 0 ? kOdd[random() % kOdd.size()] : sample(random);
  return samples;
}

std::vector<float> noise(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> sample(-1, 1);
  std::vector<float> samples(count);
  for (float& value : samples) value = sample(random);
  return samples;
}

// Lengths around every multiple of a vector, and long enough for every unrolled loop.
constexpr std::size_t kMostSamples = 150;

TEST_P(KernelsParity, Conversion) {
  std::mt19937 random(3);
  for (std::size_t count = 0; count <= kMostSamples; ++count) {
    for (std::size_t channels = 1; channels <= 8; ++channels) {
      for (const parity::Format& format : parity::kFormats) {
        std::vector<std::byte> bytes(count * channels * format.bytes);
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
        if (format.kernel == &ConvertKernels::f32)
          bytes = bytes_of(odd_samples(count * channels, static_cast<unsigned>(count), 12));
        const std::string differs =
            parity::to_mono(tested(), format, channels, count % 3 == 0 ? 1.0F : 0.7F, bytes, count % 9);
        ASSERT_EQ(differs, "") << format.name << ", " << count << " frames of " << channels;
      }
    }
  }
}

TEST_P(KernelsParity, Gain) {
  for (std::size_t count = 0; count <= kMostSamples; ++count) {
    const auto bytes = bytes_of(odd_samples(count, static_cast<unsigned>(count)));
    for (std::size_t offset = 0; offset < 17; offset += 1 + count % 3) {
      ASSERT_EQ(parity::gain(tested(), 0.3F, bytes, offset), "") << count << " samples at " << offset;
    }
  }
}

TEST_P(KernelsParity, Level) {
  for (std::size_t count = 0; count <= kMostSamples; ++count) {
    for (unsigned seed = 0; seed < 8; ++seed) {
      ASSERT_EQ(parity::level(tested(), bytes_of(odd_samples(count, seed))), "") << count;
      ASSERT_EQ(parity::level(tested(), bytes_of(noise(count, seed))), "") << count;
    }
  }
}

TEST_P(KernelsParity, Filter) {
  for (std::size_t count = 0; count <= 2 * kMostSamples; ++count) {
    const auto seed = static_cast<unsigned>(count);
    ASSERT_EQ(parity::dot(tested(), bytes_of(noise(count, seed))), "") << count;
    ASSERT_EQ(parity::dot(tested(), bytes_of(odd_samples(count, seed))), "") << count;
    for (const std::size_t taps : {std::size_t{8}, std::size_t{24}, std::size_t{64}, std::size_t{136}}) {
      ASSERT_EQ(parity::fir(tested(), taps, bytes_of(noise(count, seed))), "") << count << ", " << taps;
      for (const std::size_t stride : {std::size_t{1}, std::size_t{3}, std::size_t{4}, std::size_t{12}}) {
        ASSERT_EQ(parity::decimate(tested(), taps, stride, bytes_of(noise(4 * count, seed))), "")
            << count << ", " << taps;
      }
    }
  }
}

TEST_P(KernelsParity, Networks) {
  for (std::size_t count = 0; count <= 2 * kMostSamples; ++count) {
    for (const auto& numbers : {odd_samples(count, static_cast<unsigned>(count)), noise(count, 4)}) {
      const auto bytes = bytes_of(numbers);
      for (const std::size_t rows : {std::size_t{1}, std::size_t{2}, std::size_t{4}})
        ASSERT_EQ(parity::dense(tested(), rows, count / 7, count % 2 == 0, bytes), "") << count << ", " << rows;
      ASSERT_EQ(parity::lstm_cell(tested(), bytes, count % 9), "") << count;
    }
  }
}

TEST_P(KernelsParity, Products) {
  for (const std::size_t rows : {0U, 1U, 2U, 5U, 6U, 7U, 13U}) {
    for (const std::size_t inner : {0U, 1U, 3U, 8U, 33U, 200U}) {
      for (const std::size_t columns : {0U, 1U, 3U, 8U, 15U, 17U, 20U, 36U, 52U, 64U, 70U, 200U}) {
        const auto seed = static_cast<unsigned>(rows + inner + columns);
        ASSERT_EQ(parity::multiply(tested(), {rows, inner, columns}, 0.3F, bytes_of(noise(997, seed)), seed % 5), "")
            << rows << " x " << inner << " x " << columns;
        ASSERT_EQ(parity::multiply(tested(), {rows, inner, columns}, -3, bytes_of(odd_samples(97, seed)), seed % 5), "")
            << rows << " x " << inner << " x " << columns;
      }
    }
  }
  for (std::size_t rows = 0; rows < 40; ++rows) {
    for (const std::size_t columns : {0U, 1U, 7U, 8U, 9U, 15U, 16U, 33U})
      ASSERT_EQ(parity::transpose(tested(), rows, bytes_of(noise(rows * columns, 7)), rows + columns), "") << rows;
  }
}

TEST_P(KernelsParity, Layers) {
  for (std::size_t count = 0; count <= 2 * kMostSamples; ++count) {
    const auto seed = static_cast<unsigned>(count);
    for (const auto& numbers : {odd_samples(count, seed), odd_samples(count, seed, 90), noise(count, seed)}) {
      const auto bytes = bytes_of(numbers);
      ASSERT_EQ(parity::layer_norm(tested(), bytes, count % 9), "") << count;
      ASSERT_EQ(parity::softmax(tested(), bytes, count % 9), "") << count;
      ASSERT_EQ(parity::gelu(tested(), bytes, count % 9), "") << count;
      ASSERT_EQ(parity::silu_gate(tested(), bytes, count % 9), "") << count;
      ASSERT_EQ(parity::hyperbolic_tangent(tested(), bytes, count % 9), "") << count;
      ASSERT_EQ(parity::rotate_pairs(tested(), bytes, count % 9), "") << count;
    }
  }
}

TEST_P(KernelsParity, Spectrum) {
  for (std::size_t size = kMinSpectrum; size <= kMaxSpectrum; size *= 2) {
    for (const auto& numbers : {odd_samples(2 * size, 6), noise(2 * size, 6)})
      ASSERT_EQ(parity::spectrum(tested(), size, bytes_of(numbers), size % 7), "") << size;
  }
}

TEST_P(KernelsParity, Biquad) {
  const Biquad high_pass = Biquad::of(0.99170, -1.98340, 0.99170, -1.98333, 0.98347);
  const Biquad resonant = Biquad::of(0.2, 0.1, -0.3, -1.2, 0.95);
  for (const std::size_t count : {std::size_t{0}, std::size_t{8}, std::size_t{16}, std::size_t{4000}}) {
    for (const Biquad& filter : {high_pass, resonant}) {
      ASSERT_EQ(parity::biquad(tested(), filter, bytes_of(noise(count, 5))), "") << count;
      ASSERT_EQ(parity::biquad(tested(), filter, bytes_of(odd_samples(count, 5))), "") << count;
    }
  }
}

TEST_P(KernelsParity, ADecayingFilterComesToRest) {
  const Biquad filter = Biquad::of(1, 0, 0, -1.8, 0.81);
  std::vector<float> samples(8 * 1000);
  samples[0] = 1;
  Biquad::State state{};
  tested().filter.biquad(filter, state, samples.data(), samples.data(), samples.size() / Biquad::kGroup);
  EXPECT_EQ(state.y1, 0);
  EXPECT_EQ(state.y2, 0);
}

TEST_P(KernelsParity, AnyBytes) {
  EXPECT_TRUE(rc::check([this](const std::vector<std::uint8_t>& values, float factor) {
    const auto bytes = std::as_bytes(std::span(values));
    const auto offset = *rc::gen::inRange<std::size_t>(0, 20);
    const auto channels = *rc::gen::inRange<std::size_t>(1, 9);
    for (const parity::Format& format : parity::kFormats) {
      RC_ASSERT(parity::to_mono(tested(), format, channels, factor, bytes, offset).empty());
    }
    RC_ASSERT(parity::gain(tested(), factor, bytes, offset).empty());
    RC_ASSERT(parity::level(tested(), bytes).empty());
    RC_ASSERT(parity::dot(tested(), bytes).empty());
    RC_ASSERT(parity::fir(tested(), 8, bytes).empty());
    RC_ASSERT(parity::decimate(tested(), 16, 2, bytes).empty());
    RC_ASSERT(parity::dense(tested(), std::size_t{1} << channels % 3, channels, offset % 2 == 0, bytes).empty());
    RC_ASSERT(parity::lstm_cell(tested(), bytes, offset).empty());
    RC_ASSERT(parity::multiply(tested(), {channels, offset, 3 * channels + offset}, factor, bytes, offset).empty());
    RC_ASSERT(parity::transpose(tested(), channels, bytes, offset).empty());
    RC_ASSERT(parity::layer_norm(tested(), bytes, offset).empty());
    RC_ASSERT(parity::softmax(tested(), bytes, offset).empty());
    RC_ASSERT(parity::gelu(tested(), bytes, offset).empty());
    RC_ASSERT(parity::silu_gate(tested(), bytes, offset).empty());
    RC_ASSERT(parity::hyperbolic_tangent(tested(), bytes, offset).empty());
    RC_ASSERT(parity::rotate_pairs(tested(), bytes, offset).empty());
  }));
}

INSTANTIATE_TEST_SUITE_P(Isas, KernelsParity, testing::ValuesIn(tested_kernels()),
                         [](const auto& instance) { return instance.param.name; });

TEST(Kernels, OfEachInstructionSetAreItsOwn) {
  for (const Isa isa : available_isas()) {
    ASSERT_NE(kernels_for(isa), nullptr);
    EXPECT_EQ(kernels_for(isa)->isa, isa);
    EXPECT_EQ(isa_named(name_of(isa)), isa);
  }
  EXPECT_EQ(available_isas().front(), Isa::kScalar);
  EXPECT_NE(kernels_for(kernels().isa), nullptr);
}

}  // namespace
}  // namespace voicestand::simd
