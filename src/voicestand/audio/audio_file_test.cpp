#include "voicestand/audio/audio_file.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "voicestand/audio/test_files.h"
#include "voicestand/lib/posix/child_process.h"
#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/sndfile/reader.h"

namespace voicestand::audio {
namespace {

// Everything that the file gives, read in odd pieces.
Result<std::vector<float>> read_all(AudioFile& file) {
  std::vector<float> samples;
  std::vector<float> piece(1001 * static_cast<std::size_t>(file.format().channels));
  while (true) {
    const auto got = file.read(piece);
    if (!got) return std::unexpected(got.error());
    if (*got == 0) return samples;
    samples.insert(samples.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(*got));
  }
}

Error error_of(const std::string& path) {
  auto file = AudioFile::open(path);
  if (file) {
    ADD_FAILURE() << path << " was opened";
    return {};
  }
  EXPECT_EQ(file.error().where, path);
  EXPECT_FALSE(file.error().what.empty());
  EXPECT_FALSE(file.error().remedy.empty());
  return file.error();
}

std::vector<float> tone(double seconds, int rate, int channels) {
  std::vector<float> samples;
  for (int i = 0; i < static_cast<int>(seconds * rate); ++i) {
    samples.insert(samples.end(), static_cast<std::size_t>(channels),
                   static_cast<float>(0.5 * std::sin(2.0 * std::numbers::pi * 440.0 * i / rate)));
  }
  return samples;
}

double rms(const std::vector<float>& samples) {
  double energy = 0.0;
  for (const float sample : samples) energy += double{sample} * double{sample};
  return std::sqrt(energy / static_cast<double>(samples.size()));
}

class AudioFileTest : public testing::Test {
 protected:
  // Has ffmpeg make a file of that kind out of a 440 Hz tone; false where ffmpeg is absent.
  bool encode(const std::string& name, std::vector<std::string> options, double seconds = 1.0) {
    constexpr int kRateHz = 44'100;
    constexpr int kChannels = 2;
    const TestWav wav{.channels = kChannels, .rate = kRateHz, .data = bytes_of(tone(seconds, kRateHz, kChannels))};
    std::vector<std::string> argv{
        "ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-i", folder_.write("tone.wav", wav.bytes())};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.push_back(folder_.path(name));
    auto child = posix::ChildProcess::spawn({.argv = argv, .descriptors = {}});
    return child && child->wait().clean();
  }

  TemporaryFolder folder_;
};

TEST_F(AudioFileTest, ReadsAWavExactly) {
  const auto values = ramp(6'000);
  const auto path = folder_.write("ramp.wav", TestWav{.channels = 3, .rate = 22'050, .data = bytes_of(values)}.bytes());
  auto file = AudioFile::open(path);
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_EQ(file->format(), (AudioFormat{.sample_rate_hz = 22'050, .channels = 3}));
  EXPECT_EQ(file->frames(), 2'000U);
  EXPECT_EQ(read_all(*file), values);
  EXPECT_FALSE(file->incomplete());
}

TEST_F(AudioFileTest, ReadsEachKindOfWavAsLibsndfileDoes) {
  std::vector<std::uint32_t> noise(6'000);
  std::uint32_t state = 7;
  for (auto& word : noise) word = state = state * 1'664'525U + 1'013'904'223U;
  for (const std::uint16_t bits : std::to_array<std::uint16_t>({8, 16, 24, 32})) {
    for (const std::uint16_t channels : std::to_array<std::uint16_t>({1, 2, 5})) {
      SCOPED_TRACE(testing::Message() << bits << " bits, " << channels << " channels");
      const TestWav wav{.tag = 1, .channels = channels, .bits = bits, .data = bytes_of(noise)};
      const auto path = folder_.write("noise.wav", wav.bytes());
      auto file = AudioFile::open(path);
      ASSERT_TRUE(file) << file.error().message();
      auto library = sndfile::Reader::open(posix::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)));
      ASSERT_TRUE(library) << library.error().message();
      EXPECT_EQ(file->frames(), library->frames());
      std::vector<float> expected(library->frames() * channels);
      ASSERT_EQ(library->read(expected), expected.size());
      EXPECT_EQ(read_all(*file), expected);
      EXPECT_FALSE(file->incomplete());
    }
  }
}

TEST_F(AudioFileTest, ReadsRarerKindsOfWavToo) {
  for (const char* codec : {"pcm_mulaw", "adpcm_ms"}) {
    SCOPED_TRACE(codec);
    if (!encode("rare.wav", {"-c:a", codec})) GTEST_SKIP() << "ffmpeg is not installed";
    auto file = AudioFile::open(folder_.path("rare.wav"));
    ASSERT_TRUE(file) << file.error().message();
    const auto samples = read_all(*file);
    ASSERT_TRUE(samples) << samples.error().message();
    EXPECT_NEAR(rms(*samples), 0.5 / std::numbers::sqrt2, 0.04);
  }
}

TEST_F(AudioFileTest, ReadsWhatIsEncoded) {
  struct Case {
    std::string name;
    std::vector<std::string> options;
    bool by_ffmpeg;
  };
  const std::vector<Case> cases{
      {"a.flac", {}, false},
      {"a.ogg", {"-c:a", "libvorbis"}, false},
      {"a.opus", {"-c:a", "libopus"}, false},
      {"a.mp3", {"-c:a", "libmp3lame"}, false},
      {"a.aiff", {}, false},
      {"a.m4a", {"-c:a", "aac"}, true},
      {"a.mka", {"-c:a", "aac"}, true},
      {"a.webm", {"-c:a", "libopus"}, true},
      {"a.wma", {"-c:a", "wmav2"}, true},
      {"a.aac", {"-c:a", "aac"}, true},
      {"a.ac3", {"-c:a", "ac3"}, true},
      {"a.mp4",
       {"-f", "lavfi", "-i", "testsrc=d=1:s=64x64:r=5", "-map", "0:a", "-map", "1:v", "-c:v", "mpeg4", "-c:a", "aac"},
       true},
  };
  for (const auto& [name, options, by_ffmpeg] : cases) {
    SCOPED_TRACE(name);
    if (!encode(name, options)) GTEST_SKIP() << "ffmpeg is not installed, or cannot write " << name;
    auto file = AudioFile::open(folder_.path(name));
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_EQ(file->format().channels, 2);
    EXPECT_GE(file->format().sample_rate_hz, 44'100);
    EXPECT_EQ(file->frames().has_value(), !by_ffmpeg);
    const auto samples = read_all(*file);
    ASSERT_TRUE(samples) << samples.error().message();
    EXPECT_NEAR(static_cast<double>(samples->size()), 2.0 * file->format().sample_rate_hz,
                0.15 * file->format().sample_rate_hz);
    EXPECT_NEAR(rms(*samples), 0.5 / std::numbers::sqrt2, 0.04);
    EXPECT_FALSE(file->incomplete());
  }
}

TEST_F(AudioFileTest, NamesNeverReachFfmpegAsOptionsOrProtocols) {
  if (!encode("a.m4a", {"-c:a", "aac"})) GTEST_SKIP() << "ffmpeg is not installed";
  const std::vector<std::string> names{"-y.m4a", "http:host.m4a", "concat:a|b.m4a", "\xFF\xFE \n%d.m4a", "'; id #.m4a"};
  ASSERT_EQ(::chdir(folder_.path(".").c_str()), 0);
  for (const auto& name : names) {
    SCOPED_TRACE(name);
    ASSERT_EQ(::link("a.m4a", name.c_str()), 0);
    auto file = AudioFile::open(name);  // as a relative path, too
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_TRUE(read_all(*file));
  }
  ASSERT_EQ(::chdir("/"), 0);
}

TEST_F(AudioFileTest, APlaylistOpensNoOtherFile) {
  if (!encode("a.ts", {"-c:a", "aac", "-f", "mpegts"})) GTEST_SKIP() << "ffmpeg is not installed";
  const auto playlist = folder_.write(
      "list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n" + folder_.path("a.ts") + "\n#EXT-X-ENDLIST\n");
  EXPECT_EQ(error_of(playlist).code, Errc::kBadAudio);
  const auto script = folder_.write("list.txt", "ffconcat version 1.0\nfile " + folder_.path("a.ts") + "\n");
  EXPECT_EQ(error_of(script).code, Errc::kBadAudio);
}

TEST_F(AudioFileTest, RefusesWhatIsNoAudioFile) {
  EXPECT_EQ(error_of(folder_.path("missing.wav")).code, Errc::kNotFound);
  EXPECT_EQ(error_of(folder_.path(".")).code, Errc::kBadAudio);
  EXPECT_EQ(error_of(folder_.write("empty.wav", "")).code, Errc::kBadAudio);
  EXPECT_EQ(error_of(folder_.write("text.wav", "All happy families are alike.\n")).code, Errc::kBadAudio);
  EXPECT_EQ(error_of(folder_.write("riff.wav", "RIFF")).code, Errc::kBadAudio);
  EXPECT_EQ(error_of("/dev/null").code, Errc::kBadAudio);
  ASSERT_EQ(::mkfifo(folder_.path("pipe.wav").c_str(), 0600), 0);
  EXPECT_EQ(error_of(folder_.path("pipe.wav")).code, Errc::kBadAudio);
  std::vector<std::uint32_t> noise(100'000);
  std::uint32_t state = 1;
  for (auto& word : noise) word = state = state * 1'664'525U + 1'013'904'223U;
  EXPECT_EQ(error_of(folder_.write("noise.mp3", bytes_of(noise))).code, Errc::kBadAudio);
}

TEST_F(AudioFileTest, RefusesAFileThatMayNotBeRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const auto path = folder_.write("secret.wav", TestWav{}.bytes());
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  EXPECT_EQ(error_of(path).code, Errc::kBadAudio);
}

TEST_F(AudioFileTest, RefusesFormatsOutOfRange) {
  const auto refused = [&](const TestWav& wav) {
    const Error error = error_of(folder_.write("odd.wav", wav.bytes()));
    EXPECT_EQ(error.code, Errc::kBadAudio);
    return error.what;
  };
  const auto silence = [](std::size_t samples) { return std::vector<std::byte>(samples * 4); };
  EXPECT_NE(refused({.channels = 0, .data = silence(90)}).find("channels"), std::string::npos);
  EXPECT_NE(refused({.channels = 9, .data = silence(90)}).find("9 channels"), std::string::npos);
  EXPECT_NE(refused({.rate = 7'999, .data = silence(90)}).find("7999 Hz"), std::string::npos);
  EXPECT_NE(refused({.rate = 192'001, .data = silence(90)}).find("192001 Hz"), std::string::npos);
}

TEST_F(AudioFileTest, RefusesSamplesThatAreNoNumbersAndSaysWhere) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -1e30F}) {
    auto values = ramp(32'000);
    values[2 * 12'000 + 1] = bad;
    const auto path = folder_.write("bad.wav", TestWav{.channels = 2, .data = bytes_of(values)}.bytes());
    auto file = AudioFile::open(path);
    ASSERT_TRUE(file);
    const auto samples = read_all(*file);
    ASSERT_FALSE(samples);
    EXPECT_EQ(samples.error().code, Errc::kBadAudio);
    EXPECT_NE(samples.error().what.find("0.750 s"), std::string::npos) << samples.error().what;
    EXPECT_EQ(samples.error().where, path);
  }
}

TEST_F(AudioFileTest, ATruncatedFileGivesWhatItHolds) {
  const auto values = ramp(10'000);
  auto wav = TestWav{.data = bytes_of(values)}.bytes();
  wav.resize(wav.size() - 4'000);
  auto file = AudioFile::open(folder_.write("cut.wav", wav));
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_EQ(read_all(*file), std::vector<float>(values.begin(), values.begin() + 9'000));
  EXPECT_TRUE(file->incomplete());
}

TEST_F(AudioFileTest, ATruncatedEncodedFileGivesWhatItHolds) {
  for (const std::string name : {"cut.flac", "cut.mp3", "cut.ogg", "cut.mka", "cut.aac"}) {
    SCOPED_TRACE(name);
    if (!encode(name, {}, 10.0)) GTEST_SKIP() << "ffmpeg is not installed";
    std::filesystem::resize_file(folder_.path(name), std::filesystem::file_size(folder_.path(name)) / 2);
    auto file = AudioFile::open(folder_.path(name));
    ASSERT_TRUE(file) << file.error().message();
    const auto samples = read_all(*file);
    ASSERT_TRUE(samples) << samples.error().message();
    EXPECT_GT(samples->size(), 2U * 100'000U);
    EXPECT_LT(samples->size(), 2U * 400'000U);
    EXPECT_NEAR(rms(*samples), 0.5 / std::numbers::sqrt2, 0.04);
  }
}

TEST_F(AudioFileTest, AFileCutBeforeItsFirstSampleIsRefused) {
  auto wav = TestWav{.data = bytes_of(ramp(100))}.bytes();
  wav.resize(44);
  EXPECT_EQ(error_of(folder_.write("head.wav", wav)).code, Errc::kBadAudio);
}

TEST_F(AudioFileTest, ALongFileIsNeverInMemoryAtOnce) {
  constexpr std::uint32_t kRateHz = 8'000;
  constexpr std::uint32_t kSamples = 3'600 * kRateHz;
  const TestWav header{.tag = 1,
                       .rate = kRateHz,
                       .bits = 16,
                       .riff_size = 36 + 2 * kSamples,
                       .true_data_size = false,
                       .data_size = 2 * kSamples};
  const auto path = folder_.write("long.wav", header.bytes());
  std::filesystem::resize_file(path, 44 + 2 * kSamples);  // a hole: no disk is used
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  auto file = AudioFile::open(path);
  ASSERT_TRUE(file) << file.error().message();
  std::vector<float> piece(16'000);
  std::size_t samples = 0;
  for (std::size_t got = 1; got > 0; samples += got) got = file->read(piece).value();
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  EXPECT_EQ(samples, kSamples);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 16 * 1024) << "KiB";
}

TEST_F(AudioFileTest, OneSampleAndNoneAreFiles) {
  for (const std::size_t count : {0U, 1U}) {
    auto file = AudioFile::open(folder_.write("short.wav", TestWav{.data = bytes_of(ramp(count))}.bytes()));
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_EQ(file->frames(), count);
    EXPECT_EQ(read_all(*file)->size(), count);
    EXPECT_FALSE(file->incomplete());
  }
}

TEST_F(AudioFileTest, WithoutFfmpegItSaysWhatToInstallUnlessTheFileIsNothing) {
  if (!encode("a.m4a", {"-c:a", "aac"})) GTEST_SKIP() << "ffmpeg is not installed";
  const auto text = folder_.write("text.m4a", "All happy families are alike.\n");
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", folder_.path(".").c_str(), 1);
  EXPECT_EQ(error_of(folder_.path("a.m4a")).code, Errc::kServiceMissing);
  EXPECT_EQ(error_of(text).code, Errc::kBadAudio);
  ::setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace voicestand::audio
