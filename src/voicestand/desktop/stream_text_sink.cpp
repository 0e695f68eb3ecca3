#include "voicestand/desktop/stream_text_sink.h"

#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace voicestand::desktop {

Result<TextSink::Typed> StreamTextSink::type(const TypedText& text, const std::optional<std::string>& /*only_into*/) {
  if (text.erases()) return fail(Errc::kUsage, "what has been written cannot be taken back", "standard output");
  const std::string bytes = text.utf8();
  for (std::string_view rest = bytes; !rest.empty();) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(errno == ENOSPC ? Errc::kNoSpace : Errc::kIo, std::strerror(errno), "standard output");
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return Typed{.characters = text.characters().size()};
}

}  // namespace voicestand::desktop
