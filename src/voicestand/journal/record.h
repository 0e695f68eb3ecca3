#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace voicestand::journal {

// What the journal's files are made of, one after the other; numbers are little-endian:
//   marker 4 | payload's length 4 | kind 4 | utterance's id 8 | CRC32C of the 20 bytes before and of the payload 4 |
//   payload
// After damage the marker is where reading goes on. Zeros between records mean nothing: room that was reserved.
enum class RecordKind : std::uint32_t {
  kFile = 1,       // begins a file; the id is the format's version
  kText = 2,       // kBegin's payload, then the text
  kDelivered = 3,  // where it went
  kCancelled = 4,  // nothing
  kBegin = 5,      // when it began, in microseconds since 1970: 8; length of the application's name: 2; the name
  kAudio = 6,      // samples of 16 bits
};

inline constexpr std::size_t kRecordHeaderBytes = 24;
inline constexpr std::size_t kMaxPayloadBytes = 1U << 20;
inline constexpr std::uint64_t kFormatVersion = 1;

struct Record {
  RecordKind kind;
  std::uint64_t id;
  std::span<const std::byte> payload;
  std::span<const std::byte> whole;  // as it lies in the file
};

// Adds one to the end of an image. Thread: any. Real-time: no. At most kMaxPayloadBytes of payload.
void add_record(std::vector<std::byte>& image, RecordKind kind, std::uint64_t id, std::span<const std::byte> payload);

// `count` bytes of a number, the lowest first. Thread: any. Real-time: no.
void add_number(std::vector<std::byte>& bytes, std::uint64_t number, std::size_t count);
[[nodiscard]] std::uint64_t number_at(std::span<const std::byte> bytes) noexcept;

// Finds the intact records of any bytes whatever, in time that grows with their number alone.
// Thread: one at a time. Real-time: no.
class RecordReader {
 public:
  // What is read outlives the reader and its records.
  explicit RecordReader(std::span<const std::byte> bytes) noexcept
      : bytes_(bytes), effort_bytes_(bytes.size() * kEffort + kMaxPayloadBytes) {}

  // The next one; nothing at the end.
  [[nodiscard]] std::optional<Record> next() noexcept;
  // Bytes other than zero that belonged to no intact record, so far.
  [[nodiscard]] std::uint64_t unreadable_bytes() const noexcept { return unreadable_bytes_; }
  // Whether a later version has written this.
  [[nodiscard]] bool is_newer() const noexcept;

 private:
  // Forged headers may make the same bytes be looked at again and again, but no more often than this.
  static constexpr std::uint64_t kEffort = 16;
  [[nodiscard]] std::optional<Record> record_here() noexcept;

  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  std::uint64_t effort_bytes_;
  std::uint64_t unreadable_bytes_ = 0;
};

}  // namespace voicestand::journal
