#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace voicestand::audio {

// For tests: a folder of their own that goes away with them.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vs-audio-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string path(std::string_view name) const { return (path_ / name).string(); }

  // Writes a file; returns its path.
  [[nodiscard]] std::string write(std::string_view name, std::span<const std::byte> content) const {
    std::ofstream file(path(name), std::ios::binary);
    file.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
    return path(name);
  }
  [[nodiscard]] std::string write(std::string_view name, std::string_view text) const {
    return write(name, std::as_bytes(std::span(text)));
  }

 private:
  std::filesystem::path path_;
};

// For tests: what a WAV file is made of.
struct TestWav {
  std::uint16_t tag = 3;  // float
  std::uint16_t channels = 1;
  std::uint32_t rate = 16'000;
  std::uint16_t bits = 32;
  std::uint32_t riff_size = 0;  // 0 here: the true one
  bool true_data_size = true;
  std::uint32_t data_size = 0;  // used when it is not to be the true one
  std::string extra_chunk{};    // bytes between the format and the data, id and size included
  std::vector<std::byte> data{};

  [[nodiscard]] std::vector<std::byte> bytes() const {
    std::vector<std::byte> out;
    const auto text = [&](std::string_view part) {
      for (const char letter : part) out.push_back(static_cast<std::byte>(letter));
    };
    const auto number = [&](auto value) {
      std::array<std::byte, sizeof value> raw;
      std::memcpy(raw.data(), &value, sizeof value);
      out.insert(out.end(), raw.begin(), raw.end());
    };
    const auto frame_bytes = static_cast<std::uint16_t>(channels * bits / 8);
    const auto true_size = static_cast<std::uint32_t>(data.size());
    text("RIFF");
    number(riff_size != 0 ? riff_size : static_cast<std::uint32_t>(36 + extra_chunk.size() + true_size));
    text("WAVEfmt ");
    number(std::uint32_t{16});
    number(tag);
    number(channels);
    number(rate);
    number(rate * frame_bytes);
    number(frame_bytes);
    number(bits);
    text(extra_chunk);
    text("data");
    number(true_data_size ? true_size : data_size);
    out.insert(out.end(), data.begin(), data.end());
    return out;
  }
};

template <typename T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  const auto raw = std::as_bytes(std::span(values));
  return {raw.begin(), raw.end()};
}

// A rising ramp over ±1: every sample differs, so that a lost or doubled one shows.
inline std::vector<float> ramp(std::size_t samples) {
  std::vector<float> values(samples);
  for (std::size_t i = 0; i < samples; ++i)
    values[i] = -1.0F + 2.0F * static_cast<float>(i) / static_cast<float>(samples);
  return values;
}

}  // namespace voicestand::audio
