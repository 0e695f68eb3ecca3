#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace voicestand::nn {

// Walks the fields of one protobuf message in its wire format. The input is untrusted: whatever it holds, reading stays
// inside it and ends. Thread: one at a time. Real-time: no.
class ProtobufReader {
 public:
  enum class Wire : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

  struct Field {
    std::uint32_t number = 0;
    Wire wire = Wire::kVarint;
    std::uint64_t value = 0;           // of kVarint, kFixed64 and kFixed32
    std::span<const std::byte> bytes;  // of kBytes: points into the input
    [[nodiscard]] std::string_view text() const noexcept {
      return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    [[nodiscard]] std::int64_t integer() const noexcept { return static_cast<std::int64_t>(value); }
  };

  explicit ProtobufReader(std::span<const std::byte> message) noexcept : rest_(message) {}

  // The next field; false at the end, or where the message is damaged (then damaged() says so).
  [[nodiscard]] bool next(Field& field) noexcept;
  // One number of a packed repeated field; false as next().
  [[nodiscard]] bool next_varint(std::uint64_t& value) noexcept;

  [[nodiscard]] bool damaged() const noexcept { return damaged_; }
  // Where reading stands, for messages: pointer into the input.
  [[nodiscard]] const std::byte* at() const noexcept { return rest_.data(); }

 private:
  bool fail() noexcept {
    damaged_ = true;
    return false;
  }
  [[nodiscard]] bool take_fixed(std::size_t size, std::uint64_t& value) noexcept;

  std::span<const std::byte> rest_;
  bool damaged_ = false;
};

}  // namespace voicestand::nn
