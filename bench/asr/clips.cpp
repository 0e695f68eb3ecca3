#include "bench/asr/clips.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "voicestand/dsp/conditioner.h"

namespace voicestand::bench {
namespace {

constexpr int kRateHz = 16'000;
constexpr double kRecordingS = 60;  // at most
constexpr std::array kUtterancesS{2.3, 3.7, 5.3};
constexpr double kLongestUtteranceS = 12;
constexpr std::size_t kPause = kRateHz / 4;

std::size_t samples_in(double seconds) {
  return static_cast<std::size_t>(seconds * kRateHz);
}

template <typename Unsigned>
void append(std::string& bytes, Unsigned value) {  // in little endian
  for (std::size_t i = 0; i < sizeof(value); ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
}

std::string wav_of(std::span<const float> samples) {
  constexpr std::uint32_t kHeaderBytes = 36;  // behind the size in front of them
  const auto data_bytes = static_cast<std::uint32_t>(samples.size() * sizeof(std::int16_t));
  std::string bytes = "RIFF";
  append(bytes, kHeaderBytes + data_bytes);
  bytes += "WAVEfmt ";
  append(bytes, std::uint32_t{16});
  append(bytes, std::uint16_t{1});  // PCM
  append(bytes, std::uint16_t{1});  // channel
  append(bytes, std::uint32_t{kRateHz});
  append(bytes, std::uint32_t{kRateHz * sizeof(std::int16_t)});
  append(bytes, std::uint16_t{sizeof(std::int16_t)});
  append(bytes, std::uint16_t{16});
  bytes += "data";
  append(bytes, data_bytes);
  for (const float sample : samples) {
    const auto value = static_cast<std::int16_t>(std::lround(std::clamp(sample, -1.0F, 1.0F) * 32'767));
    append(bytes, static_cast<std::uint16_t>(value));
  }
  return bytes;
}

// A device at the recording's own rate, conditioned as the live path does it.
Result<Recording> long_recording(const std::string& file) {
  constexpr int kDeviceRateHz = 48'000;
  auto spoken = sample_recording({.sample_rate_hz = kDeviceRateHz, .channels = 1}, kRecordingS, file);
  if (!spoken) return spoken;
  auto conditioner = dsp::Conditioner::create(kDeviceRateHz, 1, spoken->samples.size());
  if (!conditioner) return std::unexpected(std::move(conditioner.error()));
  Recording recording{.format = {.sample_rate_hz = kRateHz, .channels = 1}, .samples = {}};
  recording.samples.resize(conditioner->max_output(spoken->samples.size()));
  recording.samples.resize(conditioner->process(spoken->samples, recording.samples));
  return recording;
}

// Where the quietest stretch begins that begins within kReach of `near`: a pause, if there is one.
std::size_t pause_near(std::span<const float> samples, std::size_t near) {
  constexpr std::size_t kReach = kRateHz;
  constexpr std::size_t kStep = kRateHz / 100;
  std::size_t found = near;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t at = near - std::min(near, kReach); at <= near + kReach; at += kStep) {
    if (at + kPause > samples.size()) break;
    const auto stretch = samples.subspan(at, kPause);
    const double energy = std::inner_product(stretch.begin(), stretch.end(), stretch.begin(), 0.0);
    if (energy < least) {
      least = energy;
      found = at;
    }
  }
  return found;
}

}  // namespace

Result<Clips> Clips::open() {
  std::string source = "two_cities.wav";  // longer, but with the tests' packages alone
  auto recording = long_recording(source);
  if (!recording) {
    source = "beckett.wav";
    recording = sample_recording({.sample_rate_hz = kRateHz, .channels = 1}, kRecordingS, source);
  }
  if (!recording) return std::unexpected(std::move(recording.error()));
  return Clips(std::move(source), std::move(*recording));
}

Result<std::string> Clips::write(std::span<const float> samples) {
  const std::string bytes = wav_of(samples);
  posix::UniqueFd file(::memfd_create("voicestand-bench", MFD_CLOEXEC));
  if (::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    return fail(Errc::kIo, std::strerror(errno), "a recording in memory", "make room for it");
  std::string path = fmt::format("/proc/{}/fd/{}", ::getpid(), file.get());
  files_.push_back(std::move(file));
  return path;
}

Result<std::string> Clips::cut(double from_s, double length_s) {
  const std::span<const float> all(recording_.samples);
  const std::size_t begin = std::min(samples_in(from_s), all.size());
  return write(all.subspan(begin, std::min(samples_in(length_s), all.size() - begin)));
}

Result<std::vector<std::string>> Clips::spread(std::size_t count, Ending ending) {
  const std::span<const float> all(recording_.samples);
  std::vector<std::string> files;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t length = std::min(samples_in(kUtterancesS[i % kUtterancesS.size()]), all.size());
    const std::size_t evenly = count > 1 ? (all.size() - length) * i / (count - 1) : 0;
    const std::size_t begin = pause_near(all, evenly);
    std::size_t end = std::min(begin + length, all.size());
    if (ending == Ending::kInPause) end = std::min(pause_near(all, end) + kPause, all.size());
    auto file = write(all.subspan(begin, end - begin));
    if (!file) return std::unexpected(std::move(file.error()));
    files.push_back(std::move(*file));
  }
  return files;
}

Result<std::vector<std::string>> Clips::utterances(std::size_t count) {
  auto files = spread(count > 1 ? count - 1 : count, Ending::kInPause);
  if (!files || count <= 1) return files;
  auto longest = cut(0, kLongestUtteranceS);
  if (!longest) return std::unexpected(std::move(longest.error()));
  files->push_back(std::move(*longest));
  return files;
}

Result<std::vector<std::string>> Clips::cut_off(std::size_t count) {
  return spread(count, Ending::kAnywhere);
}

}  // namespace voicestand::bench
