#include "voicestand/audio/audio_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "voicestand/audio/media_signature.h"
#include "voicestand/audio/sample_check.h"
#include "voicestand/audio/wav_header.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::audio {
namespace {

constexpr std::uint64_t kLengthUnknown = std::uint64_t{1} << 60U;  // libsndfile says "enormous" when it cannot tell
constexpr const char* kKinds = "give an audio file such as WAV, FLAC, Ogg, MP3 or M4A";

struct OpenedFile {
  posix::UniqueFd fd;
  std::uint64_t size_bytes = 0;
};

std::unexpected<Error> refuse_by_errno(const std::string& path) {
  const int error = errno;
  if (error == ENOENT || error == ENOTDIR) return fail(Errc::kNotFound, "no such file", path, "check the name");
  if (error == EACCES || error == EPERM) {
    return fail(Errc::kBadAudio, "it may not be read", path, "check the file's permissions");
  }
  return fail(Errc::kIo, std::strerror(error), path, "try again");
}

// Devices and pipes are not even opened: opening alone may block or have effects.
Result<OpenedFile> open_regular(const std::string& path) {
  struct stat before{};
  if (path.find('\0') != std::string::npos) return fail(Errc::kNotFound, "no such file", path, "check the name");
  if (::stat(path.c_str(), &before) != 0) return refuse_by_errno(path);
  if (S_ISDIR(before.st_mode)) return fail(Errc::kBadAudio, "this is a folder", path, "name the files in it");
  if (!S_ISREG(before.st_mode)) {
    return fail(Errc::kBadAudio, "this is not a regular file", path, "pipe a stream into `listen --input stdin`");
  }
  OpenedFile file{.fd = posix::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK))};
  struct stat now{};
  if (!file.fd || ::fstat(file.fd.get(), &now) != 0) return refuse_by_errno(path);
  if (!S_ISREG(now.st_mode)) return fail(Errc::kBadAudio, "this is not a regular file", path, kKinds);
  if (now.st_size == 0) return fail(Errc::kBadAudio, "the file is empty", path, kKinds);
  file.size_bytes = static_cast<std::uint64_t>(now.st_size);
  return file;
}

// A WAV file's header against what the file holds.
struct WavExamination {
  std::optional<WavHeader> header;
  std::optional<Error> error;    // why there is none in a file that begins like WAV
  std::uint64_t held_bytes = 0;  // of samples: as many as promised, or as are there
  bool cut_short = false;
};

// Leaves the offset at the first sample where there is a header, else at the beginning.
WavExamination examine_wav(const OpenedFile& file) {
  WavExamination wav;
  FdReader reader(file.fd.get(), -1, std::nullopt);
  std::array<std::byte, WavHeader::kIdBytes> id{};
  const auto got = reader.read_all(id);
  if (got && WavHeader::recognises(std::span(id).first(*got))) {
    auto header = WavHeader::read(id, reader);
    if (header) {
      const auto here = static_cast<std::uint64_t>(::lseek(file.fd.get(), 0, SEEK_CUR));
      const std::uint64_t there = file.size_bytes - std::min(here, file.size_bytes);
      wav.held_bytes = std::min(header->data_bytes.value_or(there), there);
      wav.cut_short = header->data_bytes.value_or(there) > there;
      wav.header = *header;
      return wav;
    }
    wav.error = std::move(header.error());
  }
  ::lseek(file.fd.get(), 0, SEEK_SET);
  return wav;
}

Error located(Error error, const std::string& path) {
  if (error.where.empty()) error.where = path;
  if (error.remedy.empty()) error.remedy = kKinds;
  return error;
}

std::array<std::byte, kSignatureBytes> head_of(const OpenedFile& file) {
  std::array<std::byte, kSignatureBytes> head{};
  if (::pread(file.fd.get(), head.data(), head.size(), 0) <= 0) return {};  // zeroes match no signature
  return head;
}

// Why neither reader took the file, in the words of the one that knows it best.
Error refusal(const OpenedFile& file, const WavExamination& wav, const Error& library, Error ffmpeg) {
  if (ffmpeg.code == Errc::kServiceMissing && media_signature(head_of(file)).empty()) {
    ffmpeg = Error{Errc::kBadAudio, "this is not audio, or of a kind that is not known", {}, kKinds};
  }
  if (ffmpeg.code != Errc::kBadAudio) return ffmpeg;
  if (wav.error && wav.error->code == Errc::kBadAudio) return *wav.error;
  if (library.code != Errc::kBadAudio && library.code != Errc::kServiceMissing) return library;
  return ffmpeg;
}

}  // namespace

Result<AudioFile> AudioFile::open(const std::string& path) {
  auto file = open_regular(path);
  if (!file) return std::unexpected(file.error());
  const WavExamination wav = examine_wav(*file);
  if (wav.header) {
    const WavHeader& header = *wav.header;
    if (auto fits = check_format(header.format, path); !fits) return std::unexpected(fits.error());
    const std::uint64_t frame_bytes =
        bytes_per_sample(header.encoding) * static_cast<std::uint64_t>(header.format.channels);
    if (wav.held_bytes < frame_bytes && wav.cut_short) {
      return fail(Errc::kBadAudio, "the file was cut off before its first sample", path, "copy or record it again");
    }
    PcmStream samples({.format = header.format, .encoding = header.encoding, .data_bytes = wav.held_bytes}, {});
    AudioFile audio(path, Wav{.file = std::move(file->fd), .samples = std::move(samples)});
    audio.format_ = header.format;
    audio.frames_ = wav.held_bytes / frame_bytes;
    audio.incomplete_ = wav.cut_short;
    return audio;
  }

  posix::UniqueFd for_library(::fcntl(file->fd.get(), F_DUPFD_CLOEXEC, 0));
  if (!for_library) return refuse_by_errno(path);
  auto reader = sndfile::Reader::open(std::move(for_library));
  if (!reader) {
    auto transcoded = TranscodedFile::open(file->fd.get());
    if (!transcoded) return std::unexpected(located(refusal(*file, wav, reader.error(), transcoded.error()), path));
    const AudioFormat format = transcoded->format();
    if (auto fits = check_format(format, path); !fits) return std::unexpected(fits.error());
    AudioFile audio(path, std::move(*transcoded));
    audio.format_ = format;
    return audio;
  }

  const AudioFormat format{.sample_rate_hz = reader->sample_rate_hz(), .channels = reader->channels()};
  if (auto fits = check_format(format, path); !fits) return std::unexpected(fits.error());
  const std::uint64_t frames = reader->frames();
  AudioFile audio(path, std::move(*reader));
  audio.format_ = format;
  if (frames < kLengthUnknown) audio.frames_ = frames;
  return audio;
}

Result<std::size_t> AudioFile::read_backend(std::span<float> interleaved) {
  if (auto* transcoded = std::get_if<TranscodedFile>(&backend_)) {
    auto got = transcoded->read(interleaved);
    if (got && *got == 0) incomplete_ = transcoded->incomplete();
    return got;
  }
  if (auto* wav = std::get_if<Wav>(&backend_)) {
    FdReader reader(wav->file.get(), -1, std::nullopt);
    auto got = wav->samples.read(reader, interleaved);
    if (got && *got == 0 && wav->samples.frames_read() < *frames_) incomplete_ = true;
    return got;
  }
  const std::size_t got = std::get<sndfile::Reader>(backend_).read(interleaved);
  const auto channels = static_cast<std::size_t>(format_.channels);
  if (auto sane = check_samples(interleaved.first(got), format_, frames_read_, path_); !sane) {
    return std::unexpected(sane.error());
  }
  frames_read_ += got / channels;
  if (got == 0 && frames_ && frames_read_ < *frames_) incomplete_ = true;
  return got;
}

Result<std::size_t> AudioFile::read(std::span<float> interleaved) {
  auto got = read_backend(interleaved);
  if (!got) return std::unexpected(located(std::move(got.error()), path_));
  return got;
}

}  // namespace voicestand::audio
