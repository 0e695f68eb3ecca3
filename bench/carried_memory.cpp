#include "bench/carried_memory.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string>

namespace voicestand::bench {
namespace {

// A mapping's line begins with its addresses; those about it begin with a capital letter.
bool begins_mapping(std::string_view line) {
  return !line.empty() && (line.front() < 'A' || line.front() > 'Z');
}

// What stands behind the five fields of a mapping's line.
std::string_view name_in(std::string_view line) {
  for (int field = 0; field < 5; ++field) {
    const auto gap = line.find(' ');
    if (gap == std::string_view::npos) return {};
    line.remove_prefix(gap);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  }
  return line;
}

bool everyones(std::string_view name) {
  return name.find("/ld-linux") != std::string_view::npos || name.find("/libc.so") != std::string_view::npos ||
         name.find("/libc-") != std::string_view::npos || name.starts_with("[v");
}

}  // namespace

std::uint64_t carried_bytes(std::string_view smaps) {
  constexpr std::string_view kResident = "Rss:";
  constexpr std::string_view kRing = "/memfd:voicestand-ring";
  std::uint64_t bytes = 0;
  std::string_view name;
  while (!smaps.empty()) {
    const auto end = std::min(smaps.find('\n'), smaps.size());
    std::string_view line = smaps.substr(0, end);
    smaps.remove_prefix(std::min(end + 1, smaps.size()));
    if (begins_mapping(line)) {
      name = name_in(line);
    } else if (line.starts_with(kResident) && !everyones(name)) {
      line.remove_prefix(kResident.size());
      line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
      std::uint64_t kib = 0;
      std::from_chars(line.data(), line.data() + line.size(), kib);
      bytes += kib * 1024 / (name.starts_with(kRing) ? 2 : 1);
    }
  }
  return bytes;
}

Result<std::uint64_t> carried_bytes_of(pid_t process) {
  const std::string path = "/proc/" + std::to_string(process) + "/smaps";
  std::ifstream file(path);
  const std::string smaps{std::istreambuf_iterator<char>(file), {}};
  const std::uint64_t bytes = carried_bytes(smaps);
  if (bytes == 0) return fail(Errc::kIo, "tells nothing about its memory", path, "look whether the process still runs");
  return bytes;
}

}  // namespace voicestand::bench
