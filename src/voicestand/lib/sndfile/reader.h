#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"

extern "C" {
struct sf_private_tag;  // libsndfile's SNDFILE
}

namespace voicestand::sndfile {

// Thread: any. Real-time: no. Whether libsndfile is there. Errors: kServiceMissing.
[[nodiscard]] Result<void> check_library();

// An open sound file (WAV, FLAC, Ogg, MP3, AIFF …), read as interleaved floats of full scale ±1, a piece at a time.
// Thread: one at a time. Real-time: no.
class Reader {
 public:
  // Recognises the file by its content alone. Takes `file`, which must be seekable. Errors: kBadAudio with the
  // library's reason as `what`; kServiceMissing; kIo. The caller knows the name and fills in `where`.
  [[nodiscard]] static Result<Reader> open(posix::UniqueFd file);

  Reader(Reader&&) noexcept = default;
  Reader& operator=(Reader&&) noexcept = default;

  [[nodiscard]] int sample_rate_hz() const noexcept { return sample_rate_hz_; }
  [[nodiscard]] int channels() const noexcept { return channels_; }
  // As the header says, or as the library counted: a damaged file may hold fewer.
  [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }

  // Returns the samples read, a whole number of frames; 0 at the end or where decoding cannot go on.
  [[nodiscard]] std::size_t read(std::span<float> interleaved) noexcept;

 private:
  struct Close {
    void operator()(sf_private_tag* handle) const noexcept;
  };
  Reader() = default;

  posix::UniqueFd file_;  // outlives handle_
  std::unique_ptr<sf_private_tag, Close> handle_;
  int sample_rate_hz_ = 0;
  int channels_ = 0;
  std::uint64_t frames_ = 0;
};

}  // namespace voicestand::sndfile
