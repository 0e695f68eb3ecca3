#include "voicestand/nn/protobuf_reader.h"

#include <limits>

namespace voicestand::nn {

bool ProtobufReader::next_varint(std::uint64_t& value) noexcept {
  if (damaged_ || rest_.empty()) return false;
  value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) return fail();
    const auto byte = std::to_integer<std::uint64_t>(rest_.front());
    rest_ = rest_.subspan(1);
    value |= (byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return true;
  }
  return fail();  // longer than a number can be
}

bool ProtobufReader::take_fixed(std::size_t size, std::uint64_t& value) noexcept {
  if (rest_.size() < size) return fail();
  value = 0;
  for (std::size_t i = 0; i < size; ++i) value |= std::to_integer<std::uint64_t>(rest_[i]) << (8 * i);
  rest_ = rest_.subspan(size);
  return true;
}

bool ProtobufReader::next(Field& field) noexcept {
  std::uint64_t tag = 0;
  if (!next_varint(tag)) return false;
  if (tag > std::numeric_limits<std::uint32_t>::max() || (tag >> 3) == 0) return fail();
  field = {.number = static_cast<std::uint32_t>(tag >> 3), .wire = static_cast<Wire>(tag & 7), .value = 0, .bytes = {}};
  switch (field.wire) {
    case Wire::kVarint:
      return next_varint(field.value) || fail();
    case Wire::kFixed64:
      return take_fixed(8, field.value);
    case Wire::kFixed32:
      return take_fixed(4, field.value);
    case Wire::kBytes: {
      std::uint64_t size = 0;
      if (!next_varint(size) || size > rest_.size()) return fail();
      field.bytes = rest_.first(static_cast<std::size_t>(size));
      rest_ = rest_.subspan(static_cast<std::size_t>(size));
      return true;
    }
  }
  return fail();  // groups, long out of use, and what does not exist
}

}  // namespace voicestand::nn
