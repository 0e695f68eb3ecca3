#include "voicestand/journal/utterance.h"

#include <algorithm>

#include "voicestand/journal/record.h"

namespace voicestand::journal {
namespace {

constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kLengthBytes = 2;
constexpr std::size_t kMaxNameBytes = 255;

}  // namespace

std::vector<std::byte> payload_of(const Utterance& utterance) {
  std::vector<std::byte> payload;
  const auto app = bytes_of(utterance.app).first(std::min(utterance.app.size(), kMaxNameBytes));
  add_number(payload, static_cast<std::uint64_t>(utterance.started_at.time_since_epoch().count()), kTimeBytes);
  add_number(payload, app.size(), kLengthBytes);
  payload.insert(payload.end(), app.begin(), app.end());
  if (utterance.text) {
    const auto text = bytes_of(*utterance.text);
    payload.insert(payload.end(), text.begin(), text.end());
  }
  return payload;
}

bool take_payload(Utterance& utterance, std::span<const std::byte> payload, bool has_text) {
  if (payload.size() < kTimeBytes + kLengthBytes) return false;
  const auto time = static_cast<std::int64_t>(number_at(payload.first(kTimeBytes)));
  const std::size_t length = number_at(payload.subspan(kTimeBytes, kLengthBytes));
  const auto rest = payload.subspan(kTimeBytes + kLengthBytes);
  if (length > rest.size() || (!has_text && length != rest.size())) return false;
  utterance.started_at = WallTime(std::chrono::microseconds(time));
  utterance.app = text_of(rest.first(length));
  if (has_text) utterance.text = text_of(rest.subspan(length));
  return true;
}

}  // namespace voicestand::journal
