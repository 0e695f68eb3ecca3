#include "voicestand/audio/alsa_source.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "voicestand/audio/recording_sink.h"
#include "voicestand/audio/test_files.h"

namespace voicestand::audio {
namespace {

// Without hardware: ALSA's file plugin reads samples from a file as if a microphone gave them, faster than any would.
class AlsaSourceTest : public testing::Test {
 protected:
  void configure(std::string_view config) {
    ::setenv("ALSA_CONFIG_PATH", folder_.write("asound.conf", config).c_str(), 1);
  }
  std::string microphone(std::span<const std::byte> content) {
    return "{ type file file /dev/null format raw infile " + folder_.write("samples.raw", content) +
           " slave.pcm { type null } }";
  }

  // Captures from the device `fake` until the sink is full.
  RecordingSink::Recording capture() {
    AlsaSource source({.device = "fake"}, clock_);
    const auto started = source.start(sink_);
    EXPECT_TRUE(started) << started.error().message();
    EXPECT_TRUE(sink_.wait_until([](const auto& it) { return it.refused > 0; }));
    source.stop();
    return sink_.recording();
  }

  TemporaryFolder folder_;
  SteadyClock clock_;
  RecordingSink sink_{4'000};
};

TEST_F(AlsaSourceTest, ReadsFloatsPeriodByPeriod) {
  const auto values = ramp(48'000);
  configure("pcm.fake " + microphone(bytes_of(values)));
  const auto heard = capture();
  EXPECT_EQ(heard.samples, std::vector<float>(values.begin(), values.begin() + 31 * 128));
  for (const auto& block : heard.blocks) {
    EXPECT_EQ(block.frames, 128U);
    EXPECT_EQ(block.format, (AudioFormat{.sample_rate_hz = 48'000, .channels = 1}));
    EXPECT_EQ(block.gap_frames, 0U);
  }
}

TEST_F(AlsaSourceTest, ReadsIntegersWhereTheDeviceHasNoFloats) {
  std::vector<std::int16_t> values(48'000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int16_t>(i);
  configure("pcm.fake { type linear slave { format S16_LE pcm " + microphone(bytes_of(values)) + " } }");
  const auto heard = capture();
  // The file plugin goes over some samples between two periods of an integer device.
  for (std::size_t i = 0; i < heard.samples.size(); ++i) {
    const std::size_t in_period = i % heard.blocks.front().frames;
    const float first = heard.samples[i - in_period];
    ASSERT_EQ(heard.samples[i] - first, static_cast<float>(in_period) / 32'768.0F) << i;
  }
}

TEST_F(AlsaSourceTest, TakesTheChannelsThatTheDeviceHas) {
  configure(
      "pcm.fake { type multi slaves.a { pcm { type null } channels 3 }\n"
      "bindings.0 { slave a channel 0 } bindings.1 { slave a channel 1 } bindings.2 { slave a channel 2 } }");
  EXPECT_EQ(capture().blocks.front().format.channels, 3);
}

TEST_F(AlsaSourceTest, AnUnknownDeviceIsNamed) {
  configure("pcm.fake { type null }");
  AlsaSource source({.device = "nothing"}, clock_);
  const auto started = source.start(sink_);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Errc::kDeviceMissing);
  EXPECT_EQ(started.error().where, "nothing");
  source.stop();
}

TEST_F(AlsaSourceTest, StopsWithoutHavingStarted) {
  AlsaSource source({}, clock_);
  source.stop();
  EXPECT_EQ(source.description(), "default (ALSA)");
}

}  // namespace
}  // namespace voicestand::audio
