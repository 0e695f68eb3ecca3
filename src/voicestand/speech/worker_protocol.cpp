#include "voicestand/speech/worker_protocol.h"

#include <algorithm>
#include <cstring>

namespace voicestand::speech::worker_protocol {
namespace {

constexpr std::uint32_t kMagic = 0x31575356;  // "VSW1"
constexpr char kFieldBorder = '\x1f';
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

std::string field(std::string_view& fields) {
  const auto border = fields.find(kFieldBorder);
  const std::string_view first = fields.substr(0, border);
  fields.remove_prefix(border == std::string_view::npos ? fields.size() : border + 1);
  return clean_text(first);
}

unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

// The length of the well-formed UTF-8 sequence that `text` starts with (The Unicode Standard, table 3-7), else 0.
std::size_t sequence_bytes(std::string_view text) {
  const unsigned lead = byte_at(text, 0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() < length) return 0;
  const unsigned least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (byte_at(text, 1) < least || byte_at(text, 1) > most) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte_at(text, i) & 0xc0U) != 0x80) return 0;
  }
  return length;
}

// C0, DEL and C1: what a terminal could take for a command.
bool is_control(std::string_view sequence) {
  const unsigned first = byte_at(sequence, 0);
  return first < 0x20 || first == 0x7f || (first == 0xc2 && byte_at(sequence, 1) < 0xa0);
}

}  // namespace

std::vector<std::byte> pack(const Message& message) {
  const std::size_t text_bytes = std::min(message.text.size(), kMaxTextBytes);
  const Header header{.magic = kMagic,
                      .version = kVersion,
                      .kind = static_cast<std::uint16_t>(message.kind),
                      .sequence = message.sequence,
                      .value = message.value,
                      .text_bytes = static_cast<std::uint32_t>(text_bytes),
                      .reserved = 0};
  std::vector<std::byte> packet(sizeof header + text_bytes);
  std::memcpy(packet.data(), &header, sizeof header);
  if (text_bytes > 0) std::memcpy(packet.data() + sizeof header, message.text.data(), text_bytes);
  return packet;
}

Result<Message> unpack(std::span<const std::byte> packet) {
  Header header{};
  if (packet.size() < sizeof header) return fail(Errc::kBadData, "short packet", "worker protocol");
  std::memcpy(&header, packet.data(), sizeof header);
  const auto text = packet.subspan(sizeof header);
  if (header.magic != kMagic || header.version != kVersion || header.reserved != 0 ||
      header.kind < static_cast<std::uint16_t>(Kind::kLoading) ||
      header.kind > static_cast<std::uint16_t>(Kind::kDecoded) || header.text_bytes != text.size() ||
      text.size() > kMaxTextBytes) {
    return fail(Errc::kBadData, "malformed packet", "worker protocol");
  }
  Message message{
      .kind = static_cast<Kind>(header.kind), .sequence = header.sequence, .value = header.value, .text = {}};
  message.text.resize(text.size());
  if (!text.empty()) std::memcpy(message.text.data(), text.data(), text.size());
  return message;
}

Message refusal(const Error& error) {
  return {.kind = Kind::kRefused,
          .sequence = 0,
          .value = static_cast<std::uint64_t>(error.code),
          .text = error.what + kFieldBorder + error.where + kFieldBorder + error.remedy};
}

Error refused(const Message& message) {
  const auto is = [&](Errc code) { return message.value == static_cast<std::uint64_t>(code); };
  Error error{.code = is(Errc::kBadModel)       ? Errc::kBadModel
                      : is(Errc::kModelMissing) ? Errc::kModelMissing
                                                : Errc::kWorkerFailed,
              .what = {},
              .where = {},
              .remedy = {}};
  std::string_view fields = message.text;
  error.what = field(fields);
  error.where = field(fields);
  error.remedy = field(fields);
  return error;
}

std::string clean_text(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const std::size_t length = sequence_bytes(text);
    const std::string_view sequence = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0) {
      clean += kReplacement;
    } else if (is_control(sequence)) {
      clean += ' ';
    } else {
      clean += sequence;
    }
    text.remove_prefix(sequence.size());
  }
  const auto first = clean.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return clean.substr(first, clean.find_last_not_of(' ') - first + 1);
}

}  // namespace voicestand::speech::worker_protocol
