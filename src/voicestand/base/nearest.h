#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace voicestand {

// How many insertions, deletions, replacements and swaps of neighbours turn `a` into `b`, in bytes (Damerau 1964, the
// unrestricted form, which is a metric). Words are compared up to kMaxComparedBytes. Thread: any. Real-time: no.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);
inline constexpr std::size_t kMaxComparedBytes = 256;

// The candidate with the least edit distance to `word`, the first of equals; empty where there are no candidates.
// Thread: any. Real-time: no.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace voicestand
