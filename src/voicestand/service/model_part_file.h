#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::service {

// A download under way: FILE.part, which lives on until it is complete or refused. Thread: one at a time. Real-time:
// no.
class ModelPartFile {
 public:
  // Goes on with what is there. Errors: kIo, kNoSpace.
  [[nodiscard]] static Result<ModelPartFile> open(const std::filesystem::path& final_path);

  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  // Errors: kIo, kNoSpace.
  [[nodiscard]] Result<void> append(std::span<const std::byte> bytes);
  [[nodiscard]] Result<void> start_over();
  // kNoSpace where the disk cannot take so much more.
  [[nodiscard]] Result<void> check_room_for(std::uint64_t bytes) const;
  // Onto the disk, and then under its final name.
  [[nodiscard]] Result<void> put_in_place();
  void discard() noexcept;

 private:
  ModelPartFile(posix::UniqueFd descriptor, std::filesystem::path path, std::filesystem::path final_path,
                std::uint64_t size_bytes)
      : descriptor_(std::move(descriptor)),
        path_(std::move(path)),
        final_path_(std::move(final_path)),
        size_bytes_(size_bytes) {}

  posix::UniqueFd descriptor_;
  std::filesystem::path path_;
  std::filesystem::path final_path_;
  std::uint64_t size_bytes_;
};

}  // namespace voicestand::service
