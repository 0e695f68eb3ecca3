#include "voicestand/lib/sherpa/onnx_file.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>

#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::sherpa {
namespace {

constexpr std::uint64_t kMaxFileBytes = 4ULL << 30U;
constexpr std::uint64_t kMaxFields = 100'000;
// Protobuf's wire types and ModelProto's fields.
constexpr std::uint64_t kVarint = 0;
constexpr std::uint64_t kFixed64 = 1;
constexpr std::uint64_t kLengthDelimited = 2;
constexpr std::uint64_t kFixed32 = 5;
constexpr std::uint64_t kIrVersion = 1;
constexpr std::uint64_t kGraph = 7;
constexpr std::uint64_t kMaxModelField = 32;
constexpr std::uint64_t kMinGraphBytes = 1'000;

struct Varint {
  std::uint64_t value;
  std::uint64_t size_bytes;
};

std::optional<Varint> read_varint(int fd, std::uint64_t at) {
  std::array<unsigned char, 10> bytes{};
  const ssize_t count = ::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(at));
  std::uint64_t value = 0;
  for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count); ++i) {
    value |= static_cast<std::uint64_t>(bytes[i] & 0x7fU) << (7 * i);
    if ((bytes[i] & 0x80U) == 0) return Varint{value, i + 1};
  }
  return std::nullopt;
}

// The position behind the value of a field, nothing where it cannot be.
std::optional<std::uint64_t> behind_value(int fd, std::uint64_t wire_type, std::uint64_t at, std::uint64_t end) {
  std::uint64_t size = 0;
  if (wire_type == kFixed64) {
    size = 8;
  } else if (wire_type == kFixed32) {
    size = 4;
  } else if (wire_type == kVarint || wire_type == kLengthDelimited) {
    const auto varint = read_varint(fd, at);
    if (!varint) return std::nullopt;
    size = varint->size_bytes;
    if (wire_type == kLengthDelimited) {
      if (varint->value > end) return std::nullopt;
      size += varint->value;
    }
  } else {
    return std::nullopt;
  }
  if (size > end - at) return std::nullopt;
  return at + size;
}

bool is_model(int fd, std::uint64_t end) {
  bool graph = false;
  bool version = false;
  std::uint64_t at = 0;
  for (std::uint64_t fields = 0; at < end; ++fields) {
    const auto tag = read_varint(fd, at);
    if (!tag || fields == kMaxFields) return false;
    const std::uint64_t field = tag->value >> 3U;
    if (field == 0 || field > kMaxModelField || at + tag->size_bytes > end) return false;
    const auto next = behind_value(fd, tag->value & 7U, at + tag->size_bytes, end);
    if (!next) return false;
    version = version || field == kIrVersion;
    graph = graph || (field == kGraph && *next - at > kMinGraphBytes);
    at = *next;
  }
  return graph && version;
}

}  // namespace

Result<void> check_onnx_file(const std::string& path) {
  const posix::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd && (errno == ENOENT || errno == ENOTDIR)) {
    return fail(Errc::kModelMissing, "no such model file", path, "get it with: voicestand models pull");
  }
  if (!fd) return fail(Errc::kBadModel, std::strerror(errno), path, "check its permissions");
  struct stat status{};
  const bool file = ::fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
  const auto size = static_cast<std::uint64_t>(file ? status.st_size : 0);
  if (!file || size > kMaxFileBytes || !is_model(fd.get(), size)) {
    return fail(Errc::kBadModel, "not a whole ONNX model", path, "check it with: voicestand models verify");
  }
  return {};
}

}  // namespace voicestand::sherpa
