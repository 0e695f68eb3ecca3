#include "voicestand/platform/small_file.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>

namespace voicestand::platform::internal {
namespace {

constexpr std::size_t kMaxBytes = 256 * 1024;

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

}  // namespace

Result<std::string> read_small_file(const std::string& path) {
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "re"), close);
  if (!file) return fail(errno == ENOENT ? Errc::kNotFound : Errc::kIo, std::strerror(errno), path);
  std::string text;
  std::array<char, 4096> piece{};
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), file.get())) {
    text.append(piece.data(), count);
    if (text.size() > kMaxBytes) return fail(Errc::kBadData, "implausibly large", path);
  }
  if (std::ferror(file.get()) != 0) return fail(Errc::kIo, std::strerror(errno), path);
  return text;
}

std::optional<std::string_view> value_of(std::string_view text, std::string_view key) noexcept {
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (line.starts_with(key)) return trimmed(line.substr(key.size()));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> take_number(std::string_view& text) noexcept {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<std::string_view> stat_from_field(std::string_view stat, int field) noexcept {
  // The second field is the program's name in brackets, which may hold brackets and blanks itself.
  constexpr int kAfterName = 3;
  const auto name_end = stat.rfind(") ");
  if (name_end == std::string_view::npos) return std::nullopt;
  stat.remove_prefix(name_end + 2);
  for (int passed = kAfterName; passed < field; ++passed) {
    const auto blank = stat.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    stat.remove_prefix(blank + 1);
  }
  return stat;
}

std::optional<std::uint64_t> kibibytes(std::string_view text) noexcept {
  const auto number = take_number(text);
  if (!number || text != " kB" || *number > std::numeric_limits<std::uint64_t>::max() / 1024) return std::nullopt;
  return *number * 1024;
}

}  // namespace voicestand::platform::internal
