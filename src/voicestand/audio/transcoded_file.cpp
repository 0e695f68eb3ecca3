#include "voicestand/audio/transcoded_file.h"

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "voicestand/audio/wav_header.h"

namespace voicestand::audio {
namespace {

constexpr int kNoInterrupt = -1;
constexpr std::chrono::seconds kLongestSilence{
    30};  // of a program that decodes hundreds of times faster than real time

FdReader reader_of(const ffmpeg::Transcoder& transcoder) {
  return {transcoder.output(), kNoInterrupt, kLongestSilence};
}

}  // namespace

Result<TranscodedFile> TranscodedFile::open(int file) {
  auto transcoder = ffmpeg::Transcoder::start(file);
  if (!transcoder) return std::unexpected(transcoder.error());
  FdReader reader = reader_of(*transcoder);
  std::array<std::byte, WavHeader::kIdBytes> id{};
  const auto got = reader.read_all(id);
  if (!got) return std::unexpected(got.error());
  if (!WavHeader::recognises(std::span(id).first(*got))) {
    return fail(Errc::kBadAudio, "this is not audio, or of a kind that is not known");
  }
  const auto header = WavHeader::read(id, reader);
  if (!header) return std::unexpected(header.error());
  return TranscodedFile(
      std::move(*transcoder),
      PcmStream({.format = header->format, .encoding = header->encoding, .data_bytes = header->data_bytes}, {}));
}

Result<std::size_t> TranscodedFile::read(std::span<float> interleaved) {
  if (at_end_) return 0;
  FdReader reader = reader_of(transcoder_);
  auto got = stream_.read(reader, interleaved);
  if (!got || *got > 0) return got;
  at_end_ = true;
  const auto exit = transcoder_.finish();
  if (exit.signal != 0) {
    return fail(Errc::kIo, "ffmpeg was ended by signal " + std::to_string(exit.signal), {}, "try again");
  }
  incomplete_ = exit.code != 0;
  return got;
}

}  // namespace voicestand::audio
