#pragma once

#include <span>

#include "voicestand/audio/audio_format.h"
#include "voicestand/audio/byte_reader.h"
#include "voicestand/audio/pcm_stream.h"
#include "voicestand/base/result.h"
#include "voicestand/lib/ffmpeg/transcoder.h"

namespace voicestand::audio {

// The audio of a file that only the ffmpeg program can read, as it decodes it. Thread: one at a time. Real-time: no.
class TranscodedFile {
 public:
  // `file` is needed during the call alone. Errors: kServiceMissing, kBadAudio when ffmpeg finds no audio in it, kIo.
  [[nodiscard]] static Result<TranscodedFile> open(int file);

  [[nodiscard]] AudioFormat format() const noexcept { return stream_.format(); }
  // See PcmStream::read(). Errors also: kIo when ffmpeg died or hangs.
  [[nodiscard]] Result<std::size_t> read(std::span<float> interleaved);
  // After the end: ffmpeg gave up before the file's end.
  [[nodiscard]] bool incomplete() const noexcept { return incomplete_; }

 private:
  TranscodedFile(ffmpeg::Transcoder transcoder, PcmStream stream)
      : transcoder_(std::move(transcoder)), stream_(std::move(stream)) {}

  ffmpeg::Transcoder transcoder_;
  PcmStream stream_;
  bool at_end_ = false;
  bool incomplete_ = false;
};

}  // namespace voicestand::audio
