#include "voicestand/audio/file_source.h"

#include <limits>

#include <gtest/gtest.h>

#include "voicestand/audio/recording_sink.h"
#include "voicestand/audio/test_files.h"

namespace voicestand::audio {
namespace {

using namespace std::chrono_literals;

class FileSourceTest : public testing::Test {
 protected:
  std::unique_ptr<FileSource> open(const std::vector<float>& values, Pace pace, std::uint32_t rate = 16'000,
                                   std::uint16_t channels = 1) {
    const auto path =
        folder_.write("speech.wav", TestWav{.channels = channels, .rate = rate, .data = bytes_of(values)}.bytes());
    auto source = FileSource::open(path, pace, clock_);
    EXPECT_TRUE(source) << source.error().message();
    return std::move(*source);
  }

  TemporaryFolder folder_;
  SteadyClock clock_;
};

TEST_F(FileSourceTest, DeliversEverythingInOrderAndEnds) {
  const auto values = ramp(2 * 44'101);
  const auto source = open(values, Pace::kFast, 44'100, 2);
  EXPECT_EQ(source->description(), "speech.wav");
  EXPECT_FALSE(source->live());
  EXPECT_NEAR(source->duration_s().value(), 1.0, 0.001);
  RecordingSink sink;
  ASSERT_TRUE(source->start(sink));
  ASSERT_TRUE(sink.wait_until_done());
  source->stop();
  const auto heard = sink.recording();
  EXPECT_TRUE(heard.ended);
  EXPECT_EQ(heard.samples, values);
  for (std::size_t i = 0; i + 1 < heard.blocks.size(); ++i) EXPECT_EQ(heard.blocks[i].frames, 441U);
  EXPECT_EQ(heard.blocks.back().format, (AudioFormat{.sample_rate_hz = 44'100, .channels = 2}));
}

TEST_F(FileSourceTest, AtRealTimePaceStampsAreTheScheduleAndNothingComesEarly) {
  const auto source = open(ramp(810), Pace::kRealtime, 11'025);
  RecordingSink sink;
  const auto begin = clock_.now();
  ASSERT_TRUE(source->start(sink));
  ASSERT_TRUE(sink.wait_until_done());
  const auto end = clock_.now();
  const auto heard = sink.recording();
  ASSERT_EQ(heard.blocks.size(), 30U);
  const auto start = heard.blocks[0].delivered_at - std::chrono::nanoseconds(27 * 1'000'000'000LL / 11'025);
  for (std::size_t i = 0; i < heard.blocks.size(); ++i) {
    const auto frames = static_cast<std::int64_t>(27 * (i + 1));
    EXPECT_LE(std::chrono::abs(heard.blocks[i].delivered_at - start -
                               std::chrono::nanoseconds(frames * 1'000'000'000 / 11'025)),
              1ns);
  }
  EXPECT_GE(start, begin);
  EXPECT_GE(end, heard.blocks.back().delivered_at);
}

TEST_F(FileSourceTest, WaitsForRoomAndLosesNothing) {
  const auto values = ramp(1'600);
  const auto source = open(values, Pace::kFast);
  RecordingSink sink(700);
  ASSERT_TRUE(source->start(sink));
  ASSERT_TRUE(sink.wait_until([](const auto& it) { return it.waits > 0; }));
  EXPECT_EQ(sink.recording().samples.size(), 640U);
  sink.make_room(10'000);
  ASSERT_TRUE(sink.wait_until_done());
  EXPECT_EQ(sink.recording().samples, values);
}

TEST_F(FileSourceTest, StopsWhileItWaits) {
  RecordingSink full(0);
  const auto fast = open(ramp(16'000), Pace::kFast);
  ASSERT_TRUE(fast->start(full));
  ASSERT_TRUE(full.wait_until([](const auto& it) { return it.waits > 0; }));
  fast->stop();
  fast->stop();
  EXPECT_FALSE(full.recording().ended);

  RecordingSink sink;
  const auto slow = open(ramp(16'000 * 60), Pace::kRealtime);
  ASSERT_TRUE(slow->start(sink));
  ASSERT_TRUE(sink.wait_until([](const auto& it) { return !it.blocks.empty(); }));
  slow->stop();
  EXPECT_FALSE(sink.recording().ended);
}

TEST_F(FileSourceTest, FailsAtABadSampleAfterWhatCameBefore) {
  auto values = ramp(1'600);
  values[800] = std::numeric_limits<float>::quiet_NaN();
  const auto source = open(values, Pace::kFast);
  RecordingSink sink;
  ASSERT_TRUE(source->start(sink));
  ASSERT_TRUE(sink.wait_until_done());
  const auto heard = sink.recording();
  ASSERT_TRUE(heard.failure);
  EXPECT_EQ(heard.failure->code, Errc::kBadAudio);
  EXPECT_EQ(heard.samples.size(), 800U);
  EXPECT_FALSE(heard.ended);
}

}  // namespace
}  // namespace voicestand::audio
