#include "voicestand/audio/wav_header.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

namespace voicestand::audio {
namespace {

constexpr std::uint32_t kUnknownSize = 0xFFFF'FFFF;
constexpr std::size_t kFormatBytes = 16;      // of a plain format chunk
constexpr std::size_t kExtensibleBytes = 40;  // of a WAVE_FORMAT_EXTENSIBLE one
constexpr std::size_t kSubFormatAt = 24;      // its first two bytes are the plain format tag
constexpr std::size_t kSizes64Bytes = 16;     // of "ds64": sizes of the file and of the data
constexpr std::uint16_t kTagPcm = 1;
constexpr std::uint16_t kTagFloat = 3;
constexpr std::uint16_t kTagExtensible = 0xFFFE;

template <typename T>
T load(const std::byte* at) noexcept {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

bool is(std::span<const std::byte> bytes, std::string_view id) noexcept {
  return std::memcmp(bytes.data(), id.data(), id.size()) == 0;
}

std::unexpected<Error> cut_short() {
  return fail(Errc::kBadAudio, "the WAV header is cut short");
}

// Reads a chunk of `size` bytes (and its padding); what does not fit `head` is passed over.
Result<void> read_chunk(ByteReader& stream, std::uint64_t size, std::span<std::byte> head) {
  std::array<std::byte, 4096> passed_over{};
  std::uint64_t left = size + size % 2;
  for (bool first = true; left > 0; first = false) {
    std::span<std::byte> into = first && !head.empty() ? head : std::span<std::byte>(passed_over);
    into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left)));
    const auto got = stream.read_all(into);
    if (!got) return std::unexpected(got.error());
    if (*got < into.size()) return cut_short();
    left -= into.size();
  }
  return {};
}

std::optional<SampleEncoding> encoding_of(std::uint16_t tag, int bits, int container_bytes) noexcept {
  if (tag == kTagFloat && bits == 32) return SampleEncoding::kF32;
  if (tag == kTagFloat && bits == 64) return SampleEncoding::kF64;
  if (tag != kTagPcm || bits < 1 || bits > 8 * container_bytes) return std::nullopt;
  switch (container_bytes) {  // fewer valid bits than the container holds are its upper ones
    case 1:
      return SampleEncoding::kU8;
    case 2:
      return SampleEncoding::kS16;
    case 3:
      return SampleEncoding::kS24;
    case 4:
      return SampleEncoding::kS32;
    default:
      return std::nullopt;
  }
}

Result<WavHeader> parse_format(std::span<const std::byte> chunk) {
  auto tag = load<std::uint16_t>(&chunk[0]);
  const auto channels = load<std::uint16_t>(&chunk[2]);
  const auto rate = load<std::uint32_t>(&chunk[4]);
  const auto frame_bytes = load<std::uint16_t>(&chunk[12]);
  const auto bits = load<std::uint16_t>(&chunk[14]);
  if (tag == kTagExtensible) {
    if (chunk.size() < kExtensibleBytes) return cut_short();
    tag = load<std::uint16_t>(&chunk[kSubFormatAt]);
  }
  if (channels == 0) return fail(Errc::kBadAudio, "the WAV header says that it has no channels");
  const int container_bytes = frame_bytes / channels;
  const auto encoding = encoding_of(tag, bits, container_bytes);
  if (!encoding || bytes_per_sample(*encoding) * channels != frame_bytes) {
    return fail(Errc::kBadAudio, fmt::format("WAV of kind {} with {} bits a sample is not read", tag, bits));
  }
  constexpr std::uint32_t kFarTooMuch = 1'000'000'000;  // keeps what is out of range an int
  return WavHeader{.format = {.sample_rate_hz = static_cast<int>(std::min(rate, kFarTooMuch)), .channels = channels},
                   .encoding = *encoding,
                   .data_bytes = std::nullopt};
}

}  // namespace

bool WavHeader::recognises(std::span<const std::byte> start) noexcept {
  if (start.size() < kIdBytes || !is(start.subspan(8), "WAVE")) return false;
  return is(start, "RIFF") || is(start, "RF64") || is(start, "BW64");
}

Result<WavHeader> WavHeader::read(std::span<const std::byte, kIdBytes> id, ByteReader& stream) {
  const auto file_size = load<std::uint32_t>(&id[4]);
  std::optional<WavHeader> header;
  std::optional<std::uint64_t> data_size_64;
  while (true) {
    std::array<std::byte, 8> start{};
    const auto got = stream.read_all(start);
    if (!got) return std::unexpected(got.error());
    if (*got < start.size()) return cut_short();
    const auto size = load<std::uint32_t>(&start[4]);

    if (is(start, "data")) {
      if (!header) return fail(Errc::kBadAudio, "the WAV header does not say the format");
      const bool streamed = size == kUnknownSize || (size == 0 && (file_size == 0 || file_size == kUnknownSize));
      if (data_size_64 && size == kUnknownSize) {
        header->data_bytes = data_size_64;
      } else if (!streamed) {
        header->data_bytes = size;
      }
      return *header;
    }
    std::array<std::byte, kExtensibleBytes> head{};
    if (auto passed = read_chunk(stream, size, head); !passed) return std::unexpected(passed.error());
    if (is(start, "ds64") && size >= kSizes64Bytes) data_size_64 = load<std::uint64_t>(&head[8]);
    if (is(start, "fmt ")) {
      if (size < kFormatBytes) return cut_short();
      auto format = parse_format(std::span(head).first(std::min<std::size_t>(size, head.size())));
      if (!format) return format;
      header = *format;
    }
  }
}

}  // namespace voicestand::audio
