#include "voicestand/lib/ffmpeg/transcoder.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>

namespace voicestand::ffmpeg {
namespace {

// Containers that are complete in themselves: a playlist or a script (hls, concat, …) could name other files.
constexpr const char* kContainers =
    "mov,matroska,ogg,mp3,aac,flac,wav,w64,aiff,asf,amr,amrnb,amrwb,ac3,eac3,dts,dtshd,truehd,ape,wv,tta,tak,caf,au,"
    "avi,"
    "flv,mpegts,mpeg,rm,voc,dsf,iff,mpc,mpc8,gsm,loas,spdif,nut,mxf,oma,qcp,sln,xwma";

}  // namespace

Result<Transcoder> Transcoder::start(int file) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
    return fail(Errc::kIo, std::strerror(errno), "ffmpeg", "raise the limit on open files");
  posix::UniqueFd reader(pipe[0]);
  const posix::UniqueFd writer(pipe[1]);
  const posix::UniqueFd silence(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (!silence) return fail(Errc::kIo, std::strerror(errno), "/dev/null");
  auto child = posix::ChildProcess::spawn({.argv = {"ffmpeg",
                                                    "-nostdin",
                                                    "-hide_banner",
                                                    "-loglevel",
                                                    "quiet",
                                                    "-protocol_whitelist",
                                                    "file",
                                                    "-format_whitelist",
                                                    kContainers,
                                                    "-i",
                                                    "file:/proc/self/fd/0",
                                                    "-map",
                                                    "0:a:0",
                                                    "-map_metadata",
                                                    "-1",
                                                    "-bitexact",
                                                    "-c:a",
                                                    "pcm_f32le",
                                                    "-f",
                                                    "wav",
                                                    "pipe:1"},
                                           .descriptors = {{file, 0}, {writer.get(), 1}, {silence.get(), 2}}});
  if (!child && child.error().code == Errc::kServiceMissing) {
    return fail(Errc::kServiceMissing, "ffmpeg, the program that reads this kind of file, is missing", {},
                "install ffmpeg, or convert the file to WAV or FLAC");
  }
  if (!child) return std::unexpected(child.error());
  return Transcoder(std::move(*child), std::move(reader));
}

posix::ChildProcess::Exit Transcoder::finish() noexcept {
  output_.reset();
  return child_.wait();
}

}  // namespace voicestand::ffmpeg
