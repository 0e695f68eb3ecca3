#include "voicestand/audio/media_signature.h"

#include <array>
#include <cstring>

namespace voicestand::audio {
namespace {

using std::string_view_literals::operator""sv;

struct Signature {
  std::size_t at;
  std::string_view bytes;
  std::string_view kind;
};

constexpr std::array kSignatures{
    Signature{0, "fLaC"sv, "FLAC"},
    Signature{0, "OggS"sv, "Ogg"},
    Signature{0, "ID3\x03"sv, "MP3"},
    Signature{0, "ID3\x04"sv, "MP3"},
    Signature{0, "FORM"sv, "AIFF"},
    Signature{0, "caff"sv, "CAF"},
    Signature{0, ".snd"sv, "AU"},
    Signature{4, "ftyp"sv, "MP4"},
    Signature{0, "\x1A\x45\xDF\xA3"sv, "Matroska or WebM"},
    Signature{0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv, "Windows Media"},
    Signature{0, "#!AMR"sv, "AMR"},
    Signature{0, "MAC "sv, "Monkey's Audio"},
    Signature{0, "wvpk"sv, "WavPack"},
    Signature{0, "TTA1"sv, "True Audio"},
    Signature{0, "tBaK"sv, "TAK"},
    Signature{0, "\x7F\xFE\x80\x01"sv, "DTS"},
    Signature{0, "FLV\x01"sv, "Flash video"},
    Signature{8, "AVI "sv, "AVI"},
    Signature{0, "\x00\x00\x01\xBA"sv, "MPEG"},
    Signature{0, ".RMF"sv, "RealMedia"},
};

}  // namespace

std::string_view media_signature(std::span<const std::byte> start) noexcept {
  for (const auto& [at, bytes, kind] : kSignatures) {
    if (start.size() >= at + bytes.size() && std::memcmp(start.data() + at, bytes.data(), bytes.size()) == 0)
      return kind;
  }
  return {};
}

}  // namespace voicestand::audio
