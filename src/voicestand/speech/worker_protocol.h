#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/result.h"

// What the recognising process and its worker say to each other: one packet a message, a fixed header and at most
// kMaxTextBytes of text, in the machine's own byte order as both run on it. Each side takes the other's packets for
// hostile. Audio does not travel in packets: it lies in shared memory, in f32 at 16 kHz, from its first byte on.
//
//   worker                         parent
//   kLoading  →                    the program runs and has understood its arguments
//   kReady    →                    value: nanoseconds that loading took
//   kRefused  →                    value: an Errc; text: what, where, remedy. The worker ends.
//             ←  kDecode           sequence; value: how many samples of the shared memory
//   kDecoded  →                    the same sequence; value: nanoseconds that decoding took; text
namespace voicestand::speech::worker_protocol {

inline constexpr std::uint16_t kVersion = 1;
inline constexpr std::size_t kMaxTextBytes = 16'384;

// The descriptors that the worker is started with.
inline constexpr int kSocketFd = 3;
inline constexpr int kAudioFd = 4;

enum class Kind : std::uint16_t { kLoading = 1, kReady = 2, kRefused = 3, kDecode = 4, kDecoded = 5 };

struct Message {
  Kind kind = Kind::kLoading;
  std::uint64_t sequence = 0;
  std::uint64_t value = 0;
  std::string text;
};

struct Header {
  std::uint32_t magic;
  std::uint16_t version;
  std::uint16_t kind;
  std::uint64_t sequence;
  std::uint64_t value;
  std::uint32_t text_bytes;
  std::uint32_t reserved;
};
static_assert(sizeof(Header) == 32);

inline constexpr std::size_t kMaxPacketBytes = sizeof(Header) + kMaxTextBytes;
using Packet = std::array<std::byte, kMaxPacketBytes>;

// Thread: any. Real-time: no. Text beyond kMaxTextBytes is cut off.
[[nodiscard]] std::vector<std::byte> pack(const Message& message);
// Thread: any. Real-time: no. Errors: kBadData for whatever pack() does not make.
[[nodiscard]] Result<Message> unpack(std::span<const std::byte> packet);

// An error as the text and value of kRefused, and back; of another process only these codes are believed:
// kModelMissing, kBadModel, all others become kWorkerFailed. Thread: any. Real-time: no.
[[nodiscard]] Message refusal(const Error& error);
[[nodiscard]] Error refused(const Message& message);

// What a worker may give as text: valid UTF-8 (what is not becomes U+FFFD), no control characters, trimmed.
// Thread: any. Real-time: no.
[[nodiscard]] std::string clean_text(std::string_view text);

}  // namespace voicestand::speech::worker_protocol
