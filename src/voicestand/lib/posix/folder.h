#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <vector>

namespace voicestand::posix {

// The files of one folder, by name. An interface, so that a test can be a disk that is full or breaks.
// Thread: one at a time. Real-time: no. Errors are those of the system's calls, for who asks to put into words.
class Folder {
 public:
  class File {
   public:
    File() = default;
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    virtual ~File() = default;
    // Writes `count` bytes, where there is no error 1 or more and not always all.
    [[nodiscard]] virtual std::error_code write(std::uint64_t at, std::span<const std::byte> bytes,
                                                std::size_t& count) = 0;
    // What was written is on the disk once this has returned without an error. After an error nobody knows what is:
    // open the file again and write it once more.
    [[nodiscard]] virtual std::error_code sync() = 0;
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

  // For people.
  [[nodiscard]] virtual const std::string& path() const noexcept = 0;
  // Regular files alone.
  [[nodiscard]] virtual std::error_code list(std::vector<Entry>& entries) = 0;
  // For writing. Made, for its owner's eyes alone, where it is not there.
  [[nodiscard]] virtual std::error_code open(const std::string& name, std::unique_ptr<File>& file) = 0;
  // All that is in it. Errors: also invalid_argument where it is no regular file or implausibly large.
  [[nodiscard]] virtual std::error_code read(const std::string& name, std::vector<std::byte>& bytes) = 0;
  // No error where there is none.
  [[nodiscard]] virtual std::error_code remove(const std::string& name) = 0;
  // In place of what has that name, in one step.
  [[nodiscard]] virtual std::error_code rename(const std::string& from, const std::string& to) = 0;
  // Which files there are, and under which names, is on the disk once this has returned.
  [[nodiscard]] virtual std::error_code sync() = 0;
};

}  // namespace voicestand::posix
