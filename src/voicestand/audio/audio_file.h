#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "voicestand/audio/audio_format.h"
#include "voicestand/audio/byte_reader.h"
#include "voicestand/audio/pcm_stream.h"
#include "voicestand/audio/transcoded_file.h"
#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/sndfile/reader.h"

namespace voicestand::audio {

// A sound file, pulled a piece at a time: memory does not grow with its length. WAV is read here; FLAC, Ogg,
// MP3 and their like, and the rarer kinds of WAV, in process by libsndfile; anything else (video too) by a child that
// runs ffmpeg.
// Thread: one at a time. Real-time: no.
class AudioFile {
 public:
  // Regular files alone; the content decides, not the name. Errors: kNotFound; kBadAudio for what can be refused
  // at once (a folder, no permission, empty, no audio, a format out of AudioFormat's limits, cut off before its first
  // sample); kServiceMissing when it needs ffmpeg and there is none; kIo.
  [[nodiscard]] static Result<AudioFile> open(const std::string& path);

  [[nodiscard]] AudioFormat format() const noexcept { return format_; }
  // As the header promises; none where only decoding would tell.
  [[nodiscard]] std::optional<std::uint64_t> frames() const noexcept { return frames_; }

  // Returns the samples read, a whole number of frames; 0 at the end. `interleaved` holds one frame at least.
  // Errors: kBadAudio at a sample that is no number, with its position; kIo.
  [[nodiscard]] Result<std::size_t> read(std::span<float> interleaved);

  // After the end: the file is damaged or was cut off; what could be decoded has been given out.
  [[nodiscard]] bool incomplete() const noexcept { return incomplete_; }

 private:
  struct Wav {
    posix::UniqueFd file;  // stands behind the header
    PcmStream samples;
  };
  using Backend = std::variant<Wav, sndfile::Reader, TranscodedFile>;
  AudioFile(std::string path, Backend backend) : path_(std::move(path)), backend_(std::move(backend)) {}
  [[nodiscard]] Result<std::size_t> read_backend(std::span<float> interleaved);

  std::string path_;
  Backend backend_;
  AudioFormat format_;
  std::optional<std::uint64_t> frames_;
  std::uint64_t frames_read_ = 0;
  bool incomplete_ = false;
};

}  // namespace voicestand::audio
