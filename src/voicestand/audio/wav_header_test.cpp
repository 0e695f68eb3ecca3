#include "voicestand/audio/wav_header.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/audio/pcm_stream.h"
#include "voicestand/audio/test_files.h"

namespace voicestand::audio {
namespace {

// Gives at most `piece` bytes at a time.
class MemoryReader final : public ByteReader {
 public:
  MemoryReader(std::vector<std::byte> bytes, std::size_t piece) : bytes_(std::move(bytes)), piece_(piece) {}
  Result<std::size_t> read_some(std::span<std::byte> into) override {
    const std::size_t count = std::min({into.size(), piece_, bytes_.size() - at_});
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), count, into.begin());
    at_ += count;
    return count;
  }

 private:
  std::vector<std::byte> bytes_;
  std::size_t piece_;
  std::size_t at_ = 0;
};

Result<WavHeader> parse(ByteReader& reader) {
  std::array<std::byte, WavHeader::kIdBytes> id{};
  const auto got = reader.read_all(id);
  if (!got || !WavHeader::recognises(std::span(id).first(*got))) return fail(Errc::kBadAudio, "not WAV");
  return WavHeader::read(id, reader);
}

Result<WavHeader> parse(const TestWav& wav) {
  MemoryReader reader(wav.bytes(), SIZE_MAX);
  return parse(reader);
}

TEST(WavHeader, TellsTheFormatAndTheLength) {
  const auto header = parse({.tag = 1, .channels = 2, .rate = 44'100, .bits = 16, .data = std::vector<std::byte>(400)});
  ASSERT_TRUE(header) << header.error().message();
  EXPECT_EQ(header->format, (AudioFormat{.sample_rate_hz = 44'100, .channels = 2}));
  EXPECT_EQ(header->encoding, SampleEncoding::kS16);
  EXPECT_EQ(header->data_bytes, 400U);
}

TEST(WavHeader, PassesOverOtherChunks) {
  const auto header =
      parse({.extra_chunk = std::string("LIST\x05\0\0\0hello\0", 14), .data = std::vector<std::byte>(8)});
  ASSERT_TRUE(header) << header.error().message();
  EXPECT_EQ(header->data_bytes, 8U);
}

TEST(WavHeader, AStreamsLengthIsUnknown) {
  for (const std::uint32_t unknown : {0U, 0xFFFF'FFFFU}) {
    const auto header = parse(
        {.riff_size = 0xFFFF'FFFF, .true_data_size = false, .data_size = unknown, .data = std::vector<std::byte>(8)});
    ASSERT_TRUE(header);
    EXPECT_FALSE(header->data_bytes);
  }
}

TEST(WavHeader, AnEmptyFileIsNotAStream) {
  const auto header = parse(TestWav{});
  ASSERT_TRUE(header);
  EXPECT_EQ(header->data_bytes, 0U);
}

TEST(WavHeader, RefusesWhatCannotBeDecoded) {
  EXPECT_FALSE(parse({.channels = 0}));
  EXPECT_FALSE(parse({.tag = 85}));  // MP3
  EXPECT_FALSE(parse({.tag = 3, .bits = 16}));
  EXPECT_FALSE(parse({.tag = 1, .bits = 64}));
  EXPECT_FALSE(parse({.tag = 1, .bits = 0}));
}

TEST(WavHeader, IsTheSameHoweverTheBytesCome) {
  ASSERT_TRUE(rc::check([] {
    const TestWav wav{.channels = *rc::gen::inRange<std::uint16_t>(1, 9),
                      .rate = *rc::gen::inRange<std::uint32_t>(8'000, 192'001),
                      .data = bytes_of(ramp(*rc::gen::inRange<std::size_t>(0, 100)))};
    MemoryReader reader(wav.bytes(), *rc::gen::inRange<std::size_t>(1, 20));
    const auto header = parse(reader);
    RC_ASSERT(header.has_value());
    RC_ASSERT(header->format.channels == wav.channels);
    RC_ASSERT(header->format.sample_rate_hz == static_cast<int>(wav.rate));
    RC_ASSERT(header->data_bytes == wav.data.size());
  }));
}

TEST(WavHeader, SurvivesDamage) {
  ASSERT_TRUE(rc::check([](std::vector<std::uint8_t> damage) {
    auto bytes = TestWav{.data = bytes_of(ramp(20))}.bytes();
    for (std::size_t i = 0; i + 1 < damage.size(); i += 2) {
      bytes[damage[i] % bytes.size()] = static_cast<std::byte>(damage[i + 1]);
    }
    bytes.erase(bytes.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(bytes) + 1), bytes.end());
    MemoryReader reader(bytes, 7);
    const auto header = parse(reader);
    if (header) {
      RC_ASSERT(header->format.channels >= 1);
    } else {
      RC_ASSERT(header.error().code == Errc::kBadAudio);
    }
  }));
}

TEST(PcmStream, GivesTheSameSamplesHoweverTheBytesCome) {
  ASSERT_TRUE(rc::check([] {
    const int channels = *rc::gen::inRange(1, 9);
    const auto values = ramp(*rc::gen::inRange<std::size_t>(0, 200) * static_cast<std::size_t>(channels));
    auto bytes = bytes_of(values);
    const std::size_t broken_frame = *rc::gen::inRange<std::size_t>(0, 4 * static_cast<std::size_t>(channels));
    bytes.insert(bytes.end(), broken_frame, std::byte{0});
    const std::size_t already = *rc::gen::inRange<std::size_t>(0, bytes.size() + 1);
    PcmStream stream({.format = {.sample_rate_hz = 16'000, .channels = channels},
                      .encoding = SampleEncoding::kF32,
                      .data_bytes = {}},
                     std::span(bytes).first(already));
    MemoryReader reader({bytes.begin() + static_cast<std::ptrdiff_t>(already), bytes.end()},
                        *rc::gen::inRange<std::size_t>(1, 50));
    std::vector<float> block(static_cast<std::size_t>(channels) * *rc::gen::inRange<std::size_t>(1, 10));
    std::vector<float> samples;
    while (true) {
      const auto got = stream.read(reader, block);
      RC_ASSERT(got.has_value());
      RC_ASSERT(*got % static_cast<std::size_t>(channels) == 0U);
      if (*got == 0) break;
      samples.insert(samples.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(*got));
    }
    RC_ASSERT(samples == values);
    RC_ASSERT(stream.cut_short() == (broken_frame > 0));
  }));
}

TEST(PcmStream, EndsWhereTheDataEnds) {
  MemoryReader reader(bytes_of(ramp(10)), SIZE_MAX);
  PcmStream stream(
      {.format = {.sample_rate_hz = 16'000, .channels = 1}, .encoding = SampleEncoding::kF32, .data_bytes = 24}, {});
  std::array<float, 16> block{};
  EXPECT_EQ(stream.read(reader, block), 6U);
  EXPECT_EQ(stream.read(reader, block), 0U);
  EXPECT_FALSE(stream.cut_short());
}

}  // namespace
}  // namespace voicestand::audio
