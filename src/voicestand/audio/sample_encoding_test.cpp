#include "voicestand/audio/sample_encoding.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/audio/test_files.h"

namespace voicestand::audio {
namespace {

template <typename... Bytes>
float decode(SampleEncoding encoding, Bytes... bytes) {
  const std::array<std::byte, sizeof...(bytes)> raw{static_cast<std::byte>(bytes)...};
  float sample = 0.0F;
  SampleDecoder(encoding).decode(raw, {&sample, 1});
  return sample;
}

TEST(SampleEncoding, FullScaleIsOne) {
  EXPECT_EQ(decode(SampleEncoding::kU8, 0x00), -1.0F);
  EXPECT_EQ(decode(SampleEncoding::kU8, 0x80), 0.0F);
  EXPECT_EQ(decode(SampleEncoding::kS16, 0x00, 0x80), -1.0F);
  EXPECT_EQ(decode(SampleEncoding::kS16, 0x00, 0x40), 0.5F);
  EXPECT_EQ(decode(SampleEncoding::kS24, 0x00, 0x00, 0x80), -1.0F);
  EXPECT_EQ(decode(SampleEncoding::kS24, 0x00, 0x00, 0x40), 0.5F);
  EXPECT_EQ(decode(SampleEncoding::kS24In32, 0x00, 0x00, 0xC0, 0x5A), -0.5F) << "the upper byte is to be ignored";
  EXPECT_EQ(decode(SampleEncoding::kS32, 0x00, 0x00, 0x00, 0x80), -1.0F);
}

TEST(SampleEncoding, FloatsStayAsTheyAre) {
  ASSERT_TRUE(rc::check([](const std::vector<float>& values) {
    std::vector<float> samples(values.size());
    SampleDecoder(SampleEncoding::kF32).decode(bytes_of(values), samples);
    RC_ASSERT(bytes_of(samples) == bytes_of(values));
    const std::vector<double> wide(values.begin(), values.end());
    SampleDecoder(SampleEncoding::kF64).decode(bytes_of(wide), samples);
    RC_ASSERT(bytes_of(samples) == bytes_of(values));
  }));
}

TEST(SampleEncoding, IntegersKeepTheirOrderAndRange) {
  ASSERT_TRUE(rc::check([](std::int16_t a, std::int16_t b) {
    std::array<float, 2> samples{};
    SampleDecoder(SampleEncoding::kS16).decode(bytes_of(std::vector{a, b}), samples);
    RC_ASSERT((a < b) == (samples[0] < samples[1]));
    RC_ASSERT(samples[0] >= -1.0F && samples[0] < 1.0F);
  }));
}

}  // namespace
}  // namespace voicestand::audio
