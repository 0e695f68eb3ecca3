#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "voicestand/audio/audio_format.h"
#include "voicestand/audio/byte_reader.h"
#include "voicestand/audio/sample_encoding.h"
#include "voicestand/base/result.h"

namespace voicestand::audio {

// Samples out of a stream of PCM bytes that comes in pieces of any length.
// Thread: one at a time. Real-time: no, blocks.
class PcmStream {
 public:
  struct Layout {
    AudioFormat format;
    SampleEncoding encoding = SampleEncoding::kS16;
    std::optional<std::uint64_t> data_bytes;  // where the samples end before the stream does
  };

  // `already_read`: bytes that belong before what the stream will give.
  PcmStream(Layout layout, std::span<const std::byte> already_read)
      : layout_(layout),
        decoder_(layout.encoding),
        bytes_(already_read.begin(), already_read.end()),
        pending_(already_read.size()) {}

  [[nodiscard]] AudioFormat format() const noexcept { return layout_.format; }

  // Waits for one frame at least and returns the samples of all whole frames that are there and fit (`interleaved` must
  // hold one); 0 at the end, where a broken last frame is left out. Errors: those of `stream`, kBadAudio (see
  // check_samples()).
  [[nodiscard]] Result<std::size_t> read(ByteReader& stream, std::span<float> interleaved);

  // Whole frames given out so far.
  [[nodiscard]] std::uint64_t frames_read() const noexcept { return frames_read_; }
  // After the end: fewer bytes came than data_bytes, or not a whole number of frames.
  [[nodiscard]] bool cut_short() const noexcept;

 private:
  Layout layout_;
  SampleDecoder decoder_;
  std::vector<std::byte> bytes_;  // pending_ of them are there
  std::size_t pending_;
  std::uint64_t frames_read_ = 0;
};

}  // namespace voicestand::audio
