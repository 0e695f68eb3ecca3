#include "voicestand/lib/sndfile/reader.h"

#include <string>
#include <utility>

#include "voicestand/lib/sndfile/library.h"

namespace voicestand::sndfile {

void Reader::Close::operator()(sf_private_tag* handle) const noexcept {
  Library::get()->sf_close(handle);
}

Result<Reader> Reader::open(posix::UniqueFd file) {
  const auto& sndfile = Library::get();
  if (!sndfile) return std::unexpected(sndfile.error());
  Reader reader;
  SF_INFO info{};
  reader.handle_.reset(sndfile->sf_open_fd(file.get(), SFM_READ, &info, SF_FALSE));
  if (!reader.handle_) {
    const Errc code = sndfile->sf_error(nullptr) == SF_ERR_SYSTEM ? Errc::kIo : Errc::kBadAudio;
    return fail(code, sndfile->sf_strerror(nullptr));
  }
  if (info.channels < 1 || info.samplerate < 1 || info.frames < 0)
    return fail(Errc::kBadAudio, "its header makes no sense");
  reader.file_ = std::move(file);
  reader.sample_rate_hz_ = info.samplerate;
  reader.channels_ = info.channels;
  reader.frames_ = static_cast<std::uint64_t>(info.frames);
  return reader;
}

std::size_t Reader::read(std::span<float> interleaved) noexcept {
  const auto channels = static_cast<std::size_t>(channels_);
  const auto wanted = static_cast<sf_count_t>(interleaved.size() / channels);
  const sf_count_t got = Library::get()->sf_readf_float(handle_.get(), interleaved.data(), wanted);
  return got > 0 ? static_cast<std::size_t>(got) * channels : 0;
}

}  // namespace voicestand::sndfile
