#include "voicestand/audio/pcm_stream.h"

#include <algorithm>

#include "voicestand/audio/sample_check.h"

namespace voicestand::audio {

Result<std::size_t> PcmStream::read(ByteReader& stream, std::span<float> interleaved) {
  const auto channels = static_cast<std::size_t>(layout_.format.channels);
  const std::size_t frame_bytes = bytes_per_sample(layout_.encoding) * channels;
  std::size_t room = interleaved.size() / channels * frame_bytes;
  if (layout_.data_bytes) {
    const std::uint64_t left = *layout_.data_bytes - std::min(*layout_.data_bytes, frames_read_ * frame_bytes);
    room = static_cast<std::size_t>(std::min<std::uint64_t>(room, left));
  }
  bytes_.resize(std::max(bytes_.size(), room));
  while (pending_ < std::min(frame_bytes, room)) {
    const auto got = stream.read_some(std::span(bytes_).first(room).subspan(pending_));
    if (!got) return std::unexpected(got.error());
    if (*got == 0) return 0;
    pending_ += *got;
  }
  const std::size_t frames = std::min(pending_, room) / frame_bytes;
  const auto samples = interleaved.first(frames * channels);
  decoder_.decode(bytes_, samples);
  if (frames > 0) {
    pending_ -= frames * frame_bytes;
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(frames * frame_bytes), pending_, bytes_.begin());
  }
  if (auto sane = check_samples(samples, layout_.format, frames_read_, {}); !sane) return std::unexpected(sane.error());
  frames_read_ += frames;
  return samples.size();
}

bool PcmStream::cut_short() const noexcept {
  const std::size_t frame_bytes =
      bytes_per_sample(layout_.encoding) * static_cast<std::size_t>(layout_.format.channels);
  return pending_ > 0 || (layout_.data_bytes && frames_read_ * frame_bytes < *layout_.data_bytes);
}

}  // namespace voicestand::audio
