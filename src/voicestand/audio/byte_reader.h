#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>

#include "voicestand/base/result.h"

namespace voicestand::audio {

// A stream of bytes that comes in pieces. Thread: one at a time. Real-time: no, blocks.
class ByteReader {
 public:
  virtual ~ByteReader() = default;

  // Waits for at least one byte. 0: the end. Errors: kIo, kInterrupted.
  [[nodiscard]] virtual Result<std::size_t> read_some(std::span<std::byte> into) = 0;

  // Waits for all of `into`; returns fewer bytes only at the end.
  [[nodiscard]] Result<std::size_t> read_all(std::span<std::byte> into);
};

// Over a file descriptor of any kind (pipe, socket, terminal, file; blocking or not), which stays the caller's.
class FdReader final : public ByteReader {
 public:
  // `interrupt`: a descriptor that, once readable, ends every wait with kInterrupted; -1: none.
  // `timeout`: the longest wait for a byte, after which it is kIo; none: for ever.
  FdReader(int fd, int interrupt, std::optional<std::chrono::milliseconds> timeout) noexcept
      : fd_(fd), interrupt_(interrupt), timeout_(timeout) {}

  [[nodiscard]] Result<std::size_t> read_some(std::span<std::byte> into) override;

 private:
  [[nodiscard]] Result<void> wait_until_readable() const;

  int fd_;
  int interrupt_;
  std::optional<std::chrono::milliseconds> timeout_;
};

}  // namespace voicestand::audio
