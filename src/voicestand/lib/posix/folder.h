#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "voicestand/base/result.h"

namespace voicestand::posix {

// The files of one folder, by name. An interface, so that a test can be a disk that is full or breaks.
// Thread: one at a time. Real-time: no. Errors, where nothing else is said: kIo, kNoSpace.
class Folder {
 public:
  class File {
   public:
    File() = default;
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    virtual ~File() = default;
    // Returns how much was written: 1 byte or more, not always all.
    [[nodiscard]] virtual Result<std::size_t> write(std::uint64_t at, std::span<const std::byte> bytes) = 0;
    // What was written is on the disk once this has returned without an error. After an error nobody knows what is:
    // open the file again and write it once more.
    [[nodiscard]] virtual Result<void> sync() = 0;
    // Takes the room of a file of this size, of zeros, from the disk ahead of time, where the file system can.
    virtual void reserve(std::uint64_t size_bytes) noexcept = 0;
  };
  struct Entry {
    std::string name;
    std::uint64_t size_bytes;
  };

  Folder() = default;
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  virtual ~Folder() = default;

  // Regular files alone.
  [[nodiscard]] virtual Result<std::vector<Entry>> list() = 0;
  // For writing. Made, for its owner's eyes alone, where it is not there.
  [[nodiscard]] virtual Result<std::unique_ptr<File>> open(const std::string& name) = 0;
  // All that is in it. Errors: also kNotFound; kBadData where it is no regular file or implausibly large.
  [[nodiscard]] virtual Result<std::vector<std::byte>> read(const std::string& name) = 0;
  // No error where there is none.
  [[nodiscard]] virtual Result<void> remove(const std::string& name) = 0;
  // In place of what has that name, in one step.
  [[nodiscard]] virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  // Which files there are, and under which names, is on the disk once this has returned.
  [[nodiscard]] virtual Result<void> sync() = 0;
};

}  // namespace voicestand::posix
