#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <stdlib.h>

namespace voicestand::platform {

// For tests: a folder of its own that stands in for /, gone with the object.
class FakeSysroot {
 public:
  FakeSysroot() {
    if (::mkdtemp(root_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  }
  FakeSysroot(const FakeSysroot&) = delete;
  FakeSysroot& operator=(const FakeSysroot&) = delete;
  ~FakeSysroot() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  // `path` begins with a slash; folders are made as needed.
  void write(const std::string& path, std::string_view text) const {
    const std::filesystem::path file(root_ + path);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  [[nodiscard]] const std::string& path() const noexcept { return root_; }

 private:
  std::string root_ = (std::filesystem::temp_directory_path() / "voicestand-sysroot-XXXXXX").string();
};

}  // namespace voicestand::platform
