#include "voicestand/lib/posix/stderr_capture.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>

namespace voicestand::posix {
namespace {

constexpr std::size_t kCaptureBytes = 16'384;
constexpr char kEscape = '\x1b';

// Plain text on one line: escape sequences of terminals go, every other control character and run of them is a blank.
std::string plain(const std::string& said) {
  std::string text;
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (said[i] == kEscape) {
      while (i + 1 < said.size() && said[i] != 'm' && said[i] != '\n') ++i;
      continue;
    }
    const bool printable = said[i] > ' ' && said[i] < '\x7f';
    if (printable) {
      text.push_back(said[i]);
    } else if (!text.empty() && text.back() != ' ') {
      text.push_back(' ');
    }
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace

Result<StderrCapture> StderrCapture::create() {
  UniqueFd fd(::memfd_create("voicestand-stderr", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd || ::ftruncate(fd.get(), kCaptureBytes) != 0 ||
      ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return fail(Errc::kIo, std::strerror(errno), "memory file", "raise the limit on open files");
  }
  return StderrCapture(std::move(fd));
}

std::string StderrCapture::last_words(std::size_t max_bytes) const {
  const off_t end = ::lseek(fd_.get(), 0, SEEK_CUR);
  if (end <= 0) return {};
  std::string said(std::min(static_cast<std::size_t>(end), kCaptureBytes), '\0');
  const ssize_t read = ::pread(fd_.get(), said.data(), said.size(), 0);
  said.resize(read > 0 ? static_cast<std::size_t>(read) : 0);
  std::string text = plain(said);
  if (text.size() > max_bytes) text = "… " + text.substr(text.size() - max_bytes);
  return text;
}

void rewind_stderr() noexcept {
  ::lseek(STDERR_FILENO, 0, SEEK_SET);
}

bool stderr_was_used() noexcept {
  return ::lseek(STDERR_FILENO, 0, SEEK_CUR) > 0;
}

}  // namespace voicestand::posix
