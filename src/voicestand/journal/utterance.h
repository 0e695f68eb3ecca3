#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace voicestand::journal {

using WallTime = std::chrono::sys_time<std::chrono::microseconds>;

// One thing that was said, as the journal knows it.
struct Utterance {
  std::uint64_t id = 0;  // its own for all time
  WallTime started_at;
  std::string app;                       // whom it was said to; may be empty
  std::optional<std::string> text;       // the final one, once there is one
  std::optional<std::string> delivered;  // where it went, once it has
  bool has_audio = false;

  bool operator==(const Utterance&) const = default;
};

// The payload of kBegin and kText records. Thread: any. Real-time: no. What is left of the application's name is cut
// off behind 255 bytes; nothing comes of bytes that are no such payload.
[[nodiscard]] std::vector<std::byte> payload_of(const Utterance& utterance);
// Sets when it began and the application, and the text where one follows.
[[nodiscard]] bool take_payload(Utterance& utterance, std::span<const std::byte> payload, bool has_text);

// Strings and the bytes that they are. Thread: any. Real-time: no.
[[nodiscard]] inline std::span<const std::byte> bytes_of(std::string_view text) noexcept {
  return std::as_bytes(std::span(text));
}
[[nodiscard]] inline std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace voicestand::journal
