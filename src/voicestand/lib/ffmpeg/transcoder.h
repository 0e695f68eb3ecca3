#pragma once

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/child_process.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::ffmpeg {

// The ffmpeg program decoding a file's first audio track into a stream of 32-bit float WAV, rate and channels as in the
// file. Thread: one at a time. Real-time: no.
class Transcoder {
 public:
  // `file`: an open regular file; ffmpeg sees neither its name nor our offset in it. What ffmpeg may open is limited to
  // that one file and to containers that hold their own data (no playlists, no network). Errors: kServiceMissing
  // when ffmpeg is not installed, kIo.
  [[nodiscard]] static Result<Transcoder> start(int file);

  // Reads the WAV stream. Its sizes are unknown; its end is the end of the audio.
  [[nodiscard]] int output() const noexcept { return output_.get(); }

  // After the end of output(): how ffmpeg ended. Call once.
  [[nodiscard]] posix::ChildProcess::Exit finish() noexcept;

 private:
  Transcoder(posix::ChildProcess child, posix::UniqueFd output) noexcept
      : child_(std::move(child)), output_(std::move(output)) {}

  posix::ChildProcess child_;
  posix::UniqueFd output_;
};

}  // namespace voicestand::ffmpeg
