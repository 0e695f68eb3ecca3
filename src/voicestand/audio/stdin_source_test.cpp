#include "voicestand/audio/stdin_source.h"

#include <array>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "voicestand/audio/recording_sink.h"
#include "voicestand/audio/test_files.h"

namespace voicestand::audio {
namespace {

class StdinSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    reader_ = posix::UniqueFd(ends[0]);
    writer_ = posix::UniqueFd(ends[1]);
  }

  void start(StdinSource::Raw raw = {}) {
    auto source = StdinSource::create(reader_.get(), raw, clock_);
    ASSERT_TRUE(source) << source.error().message();
    source_ = std::move(*source);
    ASSERT_TRUE(source_->start(sink_));
  }
  void write(std::span<const std::byte> bytes) {
    ASSERT_EQ(::write(writer_.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  RecordingSink::Recording finish() {
    writer_.reset();
    EXPECT_TRUE(sink_.wait_until_done());
    source_->stop();
    return sink_.recording();
  }

  SteadyClock clock_;
  posix::UniqueFd reader_;
  posix::UniqueFd writer_;
  RecordingSink sink_;
  std::unique_ptr<StdinSource> source_;
};

TEST_F(StdinSourceTest, RawSamplesAre16BitMonoAt16kHz) {
  start();
  write(bytes_of(std::vector<std::int16_t>{0, 16'384, -32'768}));
  const auto heard = finish();
  EXPECT_TRUE(heard.ended);
  EXPECT_EQ(heard.samples, (std::vector<float>{0.0F, 0.5F, -1.0F}));
  EXPECT_EQ(heard.blocks.front().format, (AudioFormat{.sample_rate_hz = 16'000, .channels = 1}));
}

TEST_F(StdinSourceTest, RawSamplesAreWhatIsSet) {
  const auto values = ramp(4'000);
  start({.format = {.sample_rate_hz = 48'000, .channels = 2}, .encoding = SampleEncoding::kF32});
  write(bytes_of(values));
  const auto heard = finish();
  EXPECT_EQ(heard.samples, values);
  for (const auto& block : heard.blocks) EXPECT_LE(block.frames, 480U) << "10 ms at most";
}

TEST_F(StdinSourceTest, AWavHeaderThatComesByteByByteIsUnderstood) {
  const auto values = ramp(300);
  const auto bytes = TestWav{.channels = 2,
                             .rate = 44'100,
                             .riff_size = 0xFFFF'FFFF,
                             .true_data_size = false,
                             .data_size = 0xFFFF'FFFF,
                             .data = bytes_of(values)}
                         .bytes();
  ASSERT_EQ(::fcntl(reader_.get(), F_SETFL, O_NONBLOCK), 0);
  start();
  for (const std::byte byte : bytes) write({&byte, 1});
  const auto heard = finish();
  EXPECT_TRUE(heard.ended);
  EXPECT_EQ(heard.samples, values);
  EXPECT_EQ(heard.blocks.front().format, (AudioFormat{.sample_rate_hz = 44'100, .channels = 2}));
}

TEST_F(StdinSourceTest, WhatFollowsTheDataIsNotSound) {
  const auto values = ramp(300);
  auto bytes = TestWav{.data = bytes_of(values)}.bytes();
  bytes.resize(bytes.size() + 100, std::byte{0x55});
  start();
  write(bytes);
  EXPECT_EQ(finish().samples, values);
}

TEST_F(StdinSourceTest, DeliversWithoutWaitingForMore) {
  start();
  write(bytes_of(std::vector<std::int16_t>(16)));
  EXPECT_TRUE(sink_.wait_until([](const auto& it) { return it.samples.size() == 16; }));
  EXPECT_FALSE(sink_.recording().ended);
}

TEST_F(StdinSourceTest, NothingIsSilence) {
  start();
  const auto heard = finish();
  EXPECT_TRUE(heard.ended);
  EXPECT_TRUE(heard.samples.empty());
}

TEST_F(StdinSourceTest, StopInterruptsAWaitingRead) {
  start();
  source_->stop();
  EXPECT_FALSE(sink_.recording().ended);
  EXPECT_FALSE(sink_.recording().failure);
}

TEST_F(StdinSourceTest, RefusesCompressedAudioAndBadSamples) {
  start();
  write(std::as_bytes(std::span("OggS and whatever comes behind it")));
  const auto heard = finish();
  ASSERT_TRUE(heard.failure);
  EXPECT_EQ(heard.failure->code, Errc::kBadAudio);
  EXPECT_NE(heard.failure->message().find("Ogg"), std::string::npos);
}

TEST_F(StdinSourceTest, RefusesAHeaderOutOfRange) {
  start();
  write(TestWav{.rate = 4'000, .data = std::vector<std::byte>(8)}.bytes());
  const auto heard = finish();
  ASSERT_TRUE(heard.failure);
  EXPECT_EQ(heard.failure->code, Errc::kBadAudio);
  EXPECT_EQ(heard.failure->where, "standard input");
}

TEST_F(StdinSourceTest, RefusesRawFormatsOutOfRange) {
  const auto source = StdinSource::create(reader_.get(), {.format = {.sample_rate_hz = 1'000, .channels = 1}}, clock_);
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, Errc::kUsage);
}

}  // namespace
}  // namespace voicestand::audio
