#pragma once

#include <cstddef>
#include <utility>

#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"

namespace voicestand::rt {

// Memory that appears twice, back to back: byte i is byte size_bytes() + i. A stretch that begins anywhere in the first
// copy and is no longer than size_bytes() is contiguous, so a ring over it never splits a block at its end.
class MirroredMemory {
 public:
  // Thread: any. Real-time: no. `min_size_bytes` is rounded up to a power of two of whole pages. All pages are there
  // when it returns: touching them later faults nothing in. Errors: kUsage for none or more than 1 GiB; kIo, kNoSpace
  // when the system has no memory, address space or descriptor to give.
  [[nodiscard]] static Result<MirroredMemory> create(std::size_t min_size_bytes);

  MirroredMemory(MirroredMemory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_bytes_(std::exchange(other.size_bytes_, 0)) {}
  MirroredMemory(const MirroredMemory&) = delete;
  MirroredMemory& operator=(const MirroredMemory&) = delete;
  MirroredMemory& operator=(MirroredMemory&&) = delete;
  ~MirroredMemory();

  // Thread: any. Real-time: yes. Page-aligned; zeros at first.
  [[nodiscard]] std::byte* data() const noexcept VS_REALTIME { return data_; }
  [[nodiscard]] std::size_t size_bytes() const noexcept VS_REALTIME { return size_bytes_; }

 private:
  MirroredMemory(std::byte* data, std::size_t size_bytes) noexcept : data_(data), size_bytes_(size_bytes) {}
  std::byte* data_;
  std::size_t size_bytes_;
};

}  // namespace voicestand::rt
