#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::posix {

// Memory that another process can map, of a size that nobody can change any more: reading it can never fault.
// Thread: the object belongs to one at a time; what it holds is the caller's to synchronise. Real-time: no.
class SharedMemory {
 public:
  // Zeroed, writable here. `name` shows in /proc. Errors: kIo.
  [[nodiscard]] static Result<SharedMemory> create(const char* name, std::size_t size_bytes);

  // Maps what another process made, for reading alone. Errors: kBadData where its size is not sealed or is less than
  // `size_bytes`, kIo.
  [[nodiscard]] static Result<SharedMemory> attach(UniqueFd fd, std::size_t size_bytes);

  SharedMemory(SharedMemory&& other) noexcept
      : fd_(std::move(other.fd_)), bytes_(std::exchange(other.bytes_, {})), writable_(other.writable_) {}
  SharedMemory& operator=(SharedMemory&& other) noexcept;
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory();

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
  // Empty where it was attached.
  [[nodiscard]] std::span<std::byte> writable_bytes() const noexcept {
    return writable_ ? bytes_ : std::span<std::byte>();
  }

 private:
  SharedMemory(UniqueFd fd, std::span<std::byte> bytes, bool writable) noexcept
      : fd_(std::move(fd)), bytes_(bytes), writable_(writable) {}
  [[nodiscard]] static Result<SharedMemory> map(UniqueFd fd, std::size_t size_bytes, bool writable);

  UniqueFd fd_;
  std::span<std::byte> bytes_;
  bool writable_ = false;
};

}  // namespace voicestand::posix
