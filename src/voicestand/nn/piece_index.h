#pragma once

#include <bit>
#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "voicestand/nn/token.h"

namespace voicestand::nn {

// From a text to its token, while a vocabulary is read: a table of numbers alone, since `text_of(token)` tells the
// rest.
class PieceIndex {
 public:
  static constexpr Token kNone = ~Token{0};

  explicit PieceIndex(std::size_t tokens) : slots_(std::bit_ceil(2 * tokens + 1), kNone) {}

  // False when the text is there already, or lies where so many others do that someone must have made it so.
  template <typename TextOf>
  [[nodiscard]] bool add(std::string_view text, Token token, TextOf text_of) noexcept {
    std::size_t slot = first(text);
    for (std::size_t steps = 0; steps < kMostSteps; ++steps, slot = next(slot)) {
      if (slots_[slot] == kNone) {
        slots_[slot] = token;
        return true;
      }
      if (text_of(slots_[slot]) == text) return false;
    }
    return false;
  }

  template <typename TextOf>
  [[nodiscard]] Token find(std::string_view text, TextOf text_of) const noexcept {
    std::size_t slot = first(text);
    for (std::size_t steps = 0; steps < kMostSteps && slots_[slot] != kNone; ++steps, slot = next(slot))
      if (text_of(slots_[slot]) == text) return slots_[slot];
    return kNone;
  }

 private:
  static constexpr std::size_t kMostSteps = 1'000;

  [[nodiscard]] std::size_t first(std::string_view text) const noexcept {
    return std::hash<std::string_view>()(text) & (slots_.size() - 1);
  }
  [[nodiscard]] std::size_t next(std::size_t slot) const noexcept { return (slot + 1) & (slots_.size() - 1); }

  std::vector<Token> slots_;
};

}  // namespace voicestand::nn
