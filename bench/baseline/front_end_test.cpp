#include "bench/baseline/front_end.h"

#include <cstddef>

#include <gtest/gtest.h>

#include "bench/pipeline/front_end.h"
#include "bench/silero_model.h"

namespace voicestand::bench {
namespace {

// The two front ends that are held against each other hear the same.
class FrontEndsTest : public testing::TestWithParam<audio::AudioFormat> {};

TEST_P(FrontEndsTest, HearTheSame) {
  const auto model = silero_model();
  const auto recording = sample_recording(GetParam(), 20);
  if (!model || !recording) GTEST_SKIP() << "no model or no sample recording: run tools/fetch_deps.py";
  Heard ours;
  Heard baseline;
  ASSERT_TRUE(FrontEnd::create(*model)->hear(*recording, 128, &ours));
  baseline::FrontEnd::create(*model)->hear(*recording, 128, &baseline);

  ASSERT_GT(ours.probabilities.size(), 200U);
  ASSERT_EQ(ours.probabilities.size(), baseline.probabilities.size());
  for (std::size_t i = 0; i < ours.probabilities.size(); ++i)
    EXPECT_NEAR(ours.probabilities[i], baseline.probabilities[i], 2e-3) << i;
  EXPECT_FALSE(ours.speech_onsets.empty());
  EXPECT_EQ(ours.speech_onsets, baseline.speech_onsets);
}

INSTANTIATE_TEST_SUITE_P(Formats, FrontEndsTest,
                         testing::Values(audio::AudioFormat{.sample_rate_hz = 48'000, .channels = 1},
                                         audio::AudioFormat{.sample_rate_hz = 96'000, .channels = 2}));

}  // namespace
}  // namespace voicestand::bench
