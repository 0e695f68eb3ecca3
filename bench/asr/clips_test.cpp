#include "bench/asr/clips.h"

#include <cstdint>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace voicestand::bench {
namespace {

double seconds_in(const std::string& wav) {
  constexpr std::uintmax_t kHeaderBytes = 44;
  return static_cast<double>(std::filesystem::file_size(wav) - kHeaderBytes) / sizeof(std::int16_t) / 16'000;
}

TEST(Clips, UtterancesEndWithTheLongest) {
  auto clips = Clips::open();
  ASSERT_TRUE(clips) << clips.error().message();
  const auto several = clips->utterances(4);
  ASSERT_TRUE(several) << several.error().message();
  ASSERT_EQ(several->size(), 4U);
  EXPECT_NEAR(seconds_in(several->at(0)), 2.3, 1.3) << "to the pause that is nearest";
  EXPECT_NEAR(seconds_in(several->at(1)), 3.7, 1.3);
  EXPECT_LE(seconds_in(several->at(2)), 6.6) << "the recording may end in it";
  EXPECT_GT(seconds_in(several->at(3)), 9);
  const auto one = clips->utterances(1);
  ASSERT_TRUE(one) << one.error().message();
  ASSERT_EQ(one->size(), 1U);
  EXPECT_NEAR(seconds_in(one->at(0)), 2.3, 1.3) << "a short one";
}

TEST(Clips, CutOffOnesEndAnywhere) {
  auto clips = Clips::open();
  ASSERT_TRUE(clips) << clips.error().message();
  const auto several = clips->cut_off(3);
  ASSERT_TRUE(several) << several.error().message();
  ASSERT_EQ(several->size(), 3U);
  EXPECT_NEAR(seconds_in(several->at(0)), 2.3, 1e-3);
  EXPECT_NEAR(seconds_in(several->at(1)), 3.7, 1e-3);
  EXPECT_LE(seconds_in(several->at(2)), 5.3) << "the recording may end in it";
}

}  // namespace
}  // namespace voicestand::bench
