#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "voicestand/base/result.h"

namespace voicestand::nn {

// A whole file, read-only in memory; its pages are read when they are touched. Thread: any may read. Real-time: no.
class MappedFile {
 public:
  // Errors: kModelMissing where there is no such file; kBadModel when it is empty, no regular file or above 2 GiB; kIo.
  [[nodiscard]] static Result<MappedFile> open(const std::string& path);

  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  // Valid as long as this object or the one that it was moved into.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }

 private:
  explicit MappedFile(std::span<const std::byte> bytes) noexcept : bytes_(bytes) {}
  std::span<const std::byte> bytes_;
};

}  // namespace voicestand::nn
