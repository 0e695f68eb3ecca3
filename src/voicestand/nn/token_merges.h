#pragma once

#include <cstdint>
#include <vector>

#include "voicestand/nn/token.h"

namespace voicestand::nn {

// Which neighbours a byte-pair vocabulary puts together, and in which order. Thread: any may read. Real-time: no.
class TokenMerges {
 public:
  struct Merge {
    Token left, right;
    Token whole;
  };

  TokenMerges() = default;
  // The first of them takes precedence over the second, and so on; of two for one pair the first counts. All numbers
  // are below `tokens`.
  TokenMerges(const std::vector<Merge>& merges, std::size_t tokens);

  // Puts together what can be, the pair with the most precedence first, of equal ones the leftmost.
  void apply(std::vector<Token>& tokens) const;

 private:
  struct Entry {
    Token right;
    std::uint32_t rank;
    Token whole;
  };
  [[nodiscard]] const Entry* find(Token left, Token right) const noexcept;

  std::vector<std::uint32_t> begins_;  // by the left token, into entries_; one more than there are tokens
  std::vector<Entry> entries_;         // of one left token: by the right one
};

}  // namespace voicestand::nn
