#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "voicestand/lib/posix/folder.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::posix {

// A folder that its owner alone can look into (0700, its files 0600), and that one process at a time works in.
class PrivateFolder final : public Folder {
 public:
  // Makes it where it is not there. Another process is kept out (flock) until the object is gone; one that dies lets go
  // of it. Errors: kIo where it is a symbolic link, someone else's, in another process' hands, or on a file system that
  // cannot lock a folder (NFS); kNoSpace.
  [[nodiscard]] static Result<std::unique_ptr<Folder>> open(const std::filesystem::path& path);

  [[nodiscard]] Result<std::vector<Entry>> list() override;
  [[nodiscard]] Result<std::unique_ptr<File>> open(const std::string& name) override;
  [[nodiscard]] Result<std::vector<std::byte>> read(const std::string& name) override;
  [[nodiscard]] Result<void> remove(const std::string& name) override;
  [[nodiscard]] Result<void> rename(const std::string& from, const std::string& to) override;
  [[nodiscard]] Result<void> sync() override;

 private:
  PrivateFolder(UniqueFd folder, std::string path) : folder_(std::move(folder)), path_(std::move(path)) {}
  [[nodiscard]] std::string path_of(const std::string& name) const { return path_ + "/" + name; }

  UniqueFd folder_;
  std::string path_;
};

}  // namespace voicestand::posix
