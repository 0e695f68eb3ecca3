#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::posix {

// Tells when a file has been written, replaced, made or removed; where the file is a link, also when what it leads to
// has been. Thread: one at a time. Real-time: no.
class FileWatch {
 public:
  // The file need not be there, its folder must. Errors: kNotFound, kIo.
  [[nodiscard]] static Result<FileWatch> on(const std::filesystem::path& file);

  // Readable when there is something for changed().
  [[nodiscard]] int fd() const noexcept { return inotify_.get(); }
  // Whether it has changed since the last call. Never waits.
  [[nodiscard]] bool changed() noexcept;

 private:
  struct Name {
    int folder;  // inotify's number for it
    std::string name;
  };
  explicit FileWatch(UniqueFd inotify) noexcept : inotify_(std::move(inotify)) {}
  [[nodiscard]] Result<void> add(const std::filesystem::path& file);
  [[nodiscard]] bool ours(int folder, std::string_view name) const noexcept;

  UniqueFd inotify_;
  std::vector<Name> names_;
};

}  // namespace voicestand::posix
