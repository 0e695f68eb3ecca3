#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "voicestand/audio/audio_format.h"
#include "voicestand/audio/byte_reader.h"
#include "voicestand/audio/sample_encoding.h"
#include "voicestand/base/result.h"

namespace voicestand::audio {

// What stands before the samples of a WAV stream (RIFF, RF64 or BW64; PCM and float, also WAVE_FORMAT_EXTENSIBLE).
struct WavHeader {
  static constexpr std::size_t kIdBytes = 12;  // "RIFF", size, "WAVE"

  AudioFormat format;
  SampleEncoding encoding = SampleEncoding::kS16;
  std::optional<std::uint64_t> data_bytes;  // none where the writer could not know: until the end

  // Thread: any. Real-time: no. Whether a stream that begins so is WAV; false for fewer than kIdBytes.
  [[nodiscard]] static bool recognises(std::span<const std::byte> start) noexcept;

  // Reads on, after the kIdBytes bytes `id`, up to the first sample. Leaves it to the caller to check the format.
  // Errors: kBadAudio with what is wrong, and those of `stream`.
  [[nodiscard]] static Result<WavHeader> read(std::span<const std::byte, kIdBytes> id, ByteReader& stream);
};

}  // namespace voicestand::audio
