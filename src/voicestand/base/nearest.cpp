#include "voicestand/base/nearest.h"

#include <algorithm>
#include <array>
#include <vector>

namespace voicestand {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, kMaxComparedBytes);
  b = b.substr(0, kMaxComparedBytes);
  // Row and column 0 are a wall that no swap reaches over; row and column 1 stand for the empty prefix.
  const std::size_t columns = b.size() + 2;
  const std::size_t wall = a.size() + b.size();
  std::vector<std::size_t> cells((a.size() + 2) * columns, wall);
  const auto at = [&](std::size_t row, std::size_t column) -> std::size_t& { return cells[row * columns + column]; };
  for (std::size_t i = 0; i <= a.size(); ++i) at(i + 1, 1) = i;
  for (std::size_t j = 0; j <= b.size(); ++j) at(1, j + 1) = j;

  std::array<std::size_t, 256> last_row_of{};  // by byte: the row of `a` where it stood last
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const auto byte_a = static_cast<unsigned char>(a[i - 1]);
    std::size_t last_match = 0;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto byte_b = static_cast<unsigned char>(b[j - 1]);
      const std::size_t row = last_row_of[byte_b];
      const std::size_t column = last_match;
      const bool same = byte_a == byte_b;
      if (same) last_match = j;
      at(i + 1, j + 1) = std::min({at(i, j) + (same ? 0 : 1), at(i + 1, j) + 1, at(i, j + 1) + 1,
                                   at(row, column) + (i - row - 1) + 1 + (j - column - 1)});
    }
    last_row_of[byte_a] = i;
  }
  return at(a.size() + 1, b.size() + 1);
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t least = 0;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (!best.empty() && distance >= least) continue;
    best = candidate;
    least = distance;
  }
  return best;
}

}  // namespace voicestand
