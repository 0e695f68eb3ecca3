#include "voicestand/audio/pipewire_source.h"

#include <array>
#include <cstdlib>

#include <gtest/gtest.h>

#include "voicestand/audio/recording_sink.h"
#include "voicestand/audio/test_files.h"

// With a server: tests/integration/audio_pipewire_test.py.
namespace voicestand::audio {
namespace {

TEST(PipeWireSource, WithoutAServerSaysWhatToStart) {
  const TemporaryFolder nothing_here;
  ::setenv("PIPEWIRE_RUNTIME_DIR", nothing_here.path(".").c_str(), 1);
  const SteadyClock clock;
  RecordingSink sink;
  PipeWireSource source({}, clock);
  const auto started = source.start(sink);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Errc::kServiceMissing);
  EXPECT_NE(started.error().remedy.find("systemctl"), std::string::npos);
  source.stop();
  EXPECT_TRUE(sink.recording().blocks.empty());
}

TEST(PipeWireDevice, IsFoundByNameDescriptionOrId) {
  const std::array devices{
      pipewire::Device{.id = 7, .node_name = "mic", .description = "Built-in Microphone", .monitor = false},
      pipewire::Device{.id = 8, .node_name = "out", .description = "Monitor of Speakers", .monitor = true},
      pipewire::Device{.id = 9, .node_name = "7", .description = "8", .monitor = false},
      pipewire::Device{
          .id = 10, .node_name = "out.monitor", .description = "a microphone of that name", .monitor = false}};
  const auto id_of = [&](std::string_view wanted) {
    const auto* found = pipewire::find_device(devices, wanted);
    return found == nullptr ? 0U : found->id;
  };
  EXPECT_EQ(id_of("mic"), 7U);
  EXPECT_EQ(id_of("Built-in Microphone"), 7U);
  EXPECT_EQ(id_of("7"), 9U) << "a name comes before an id";
  EXPECT_EQ(id_of("8"), 9U) << "so does a description";
  EXPECT_EQ(id_of("10"), 10U);
  EXPECT_EQ(id_of("out.monitor"), 10U) << "a real name comes before one made up for a sink";
  EXPECT_EQ(id_of("Monitor of Speakers"), 8U);
  for (const auto* none : {"", "out", ".monitor", "7x", "-7", "99999999999999"}) EXPECT_EQ(id_of(none), 0U) << none;
  EXPECT_EQ(pipewire::find_device(std::span(devices).first(2), "out.monitor")->id, 8U);
}

}  // namespace
}  // namespace voicestand::audio
