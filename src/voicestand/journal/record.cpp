#include "voicestand/journal/record.h"

#include <algorithm>
#include <array>

#include "voicestand/journal/crc32c.h"

namespace voicestand::journal {
namespace {

// No text and hardly any sound has them in a row.
constexpr std::array kMarker{std::byte{0xF5}, std::byte{'V'}, std::byte{'S'}, std::byte{0xFA}};
constexpr std::size_t kLengthAt = 4;
constexpr std::size_t kKindAt = 8;
constexpr std::size_t kIdAt = 12;
constexpr std::size_t kChecksumAt = 20;

}  // namespace

void add_number(std::vector<std::byte>& bytes, std::uint64_t number, std::size_t count) {
  for (; count > 0; --count, number >>= 8) bytes.push_back(static_cast<std::byte>(number & 0xFF));
}

std::uint64_t number_at(std::span<const std::byte> bytes) noexcept {
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) number = (number << 8) | static_cast<std::uint64_t>(bytes[i - 1]);
  return number;
}

void add_record(std::vector<std::byte>& image, RecordKind kind, std::uint64_t id, std::span<const std::byte> payload) {
  const std::size_t start = image.size();
  image.insert(image.end(), kMarker.begin(), kMarker.end());
  add_number(image, payload.size(), kKindAt - kLengthAt);
  add_number(image, static_cast<std::uint64_t>(kind), kIdAt - kKindAt);
  add_number(image, id, kChecksumAt - kIdAt);
  add_number(image, crc32c(payload, crc32c(std::span(image).subspan(start))), kRecordHeaderBytes - kChecksumAt);
  image.insert(image.end(), payload.begin(), payload.end());
}

std::optional<Record> RecordReader::record_here() noexcept {
  const auto rest = bytes_.subspan(at_);
  if (rest.size() < kRecordHeaderBytes || !std::ranges::equal(rest.first(kMarker.size()), kMarker)) return std::nullopt;
  const std::uint64_t length = number_at(rest.subspan(kLengthAt, kKindAt - kLengthAt));
  if (length > kMaxPayloadBytes || length > rest.size() - kRecordHeaderBytes) return std::nullopt;
  if (length + kRecordHeaderBytes > effort_bytes_) return std::nullopt;
  effort_bytes_ -= length + kRecordHeaderBytes;
  const auto payload = rest.subspan(kRecordHeaderBytes, length);
  if (crc32c(payload, crc32c(rest.first(kChecksumAt))) !=
      number_at(rest.subspan(kChecksumAt, kRecordHeaderBytes - kChecksumAt)))
    return std::nullopt;
  return Record{.kind = static_cast<RecordKind>(number_at(rest.subspan(kKindAt, kIdAt - kKindAt))),
                .id = number_at(rest.subspan(kIdAt, kChecksumAt - kIdAt)),
                .payload = payload,
                .whole = rest.first(kRecordHeaderBytes + length)};
}

std::optional<Record> RecordReader::next() noexcept {
  while (at_ < bytes_.size()) {
    if (const auto record = record_here()) {
      at_ += record->whole.size();
      return record;
    }
    const auto from = bytes_.begin() + static_cast<std::ptrdiff_t>(at_);
    const auto to = std::find(from + 1, bytes_.end(), kMarker.front());
    unreadable_bytes_ += static_cast<std::uint64_t>((to - from) - std::count(from, to, std::byte{0}));
    at_ += static_cast<std::size_t>(to - from);
  }
  return std::nullopt;
}

bool RecordReader::is_newer() const noexcept {
  const auto first = RecordReader(bytes_).record_here();
  return first && first->kind == RecordKind::kFile && first->id > kFormatVersion;
}

}  // namespace voicestand::journal
