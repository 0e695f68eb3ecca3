#include "voicestand/lib/posix/file_watch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>
#include <utility>

#include <sys/inotify.h>
#include <unistd.h>

namespace voicestand::posix {

Result<FileWatch> FileWatch::on(const std::filesystem::path& file) {
  UniqueFd inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (inotify.get() < 0) return fail(Errc::kIo, std::strerror(errno), "inotify");
  FileWatch watch(std::move(inotify));
  if (auto added = watch.add(file); !added) return std::unexpected(std::move(added.error()));
  std::error_code ignored;
  const auto target = std::filesystem::canonical(file, ignored);
  // Without it changes are seen where the link is, and that must do.
  if (!ignored && target != std::filesystem::absolute(file)) (void)watch.add(target);
  return watch;
}

Result<void> FileWatch::add(const std::filesystem::path& file) {
  constexpr std::uint32_t kChanges = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE;
  const int folder = ::inotify_add_watch(inotify_.get(), file.parent_path().c_str(), kChanges);
  if (folder < 0)
    return fail(errno == ENOENT ? Errc::kNotFound : Errc::kIo, std::strerror(errno), file.parent_path().string());
  names_.push_back({.folder = folder, .name = file.filename().string()});
  return {};
}

bool FileWatch::changed() noexcept {
  bool changed = false;
  alignas(inotify_event) std::array<char, 4096> events{};
  for (;;) {
    const ssize_t count = ::read(inotify_.get(), events.data(), events.size());
    if (count <= 0) return changed;
    const std::string_view bytes(events.data(), static_cast<std::size_t>(count));
    for (std::size_t at = 0; at + sizeof(inotify_event) <= bytes.size();) {
      inotify_event event{};
      std::memcpy(&event, &bytes[at], sizeof event);
      const std::string_view padded = bytes.substr(at + sizeof event, event.len);
      // What the kernel had no room for may have been of ours.
      changed = changed || (event.mask & IN_Q_OVERFLOW) != 0 || ours(event.wd, padded.substr(0, padded.find('\0')));
      at += sizeof event + event.len;
    }
  }
}

bool FileWatch::ours(int folder, std::string_view name) const noexcept {
  return std::ranges::any_of(names_, [&](const Name& its) { return its.folder == folder && its.name == name; });
}

}  // namespace voicestand::posix
