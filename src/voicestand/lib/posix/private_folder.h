#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "voicestand/base/result.h"
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

  [[nodiscard]] const std::string& path() const noexcept override { return path_; }
  [[nodiscard]] std::error_code list(std::vector<Entry>& entries) override;
  [[nodiscard]] std::error_code open(const std::string& name, std::unique_ptr<File>& file) override;
  [[nodiscard]] std::error_code read(const std::string& name, std::vector<std::byte>& bytes) override;
  [[nodiscard]] std::error_code remove(const std::string& name) override;
  [[nodiscard]] std::error_code rename(const std::string& from, const std::string& to) override;
  [[nodiscard]] std::error_code sync() override;

 private:
  PrivateFolder(UniqueFd folder, std::string path) : folder_(std::move(folder)), path_(std::move(path)) {}

  UniqueFd folder_;
  std::string path_;
};

}  // namespace voicestand::posix
