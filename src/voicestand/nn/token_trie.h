#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "voicestand/nn/token.h"

namespace voicestand::nn {

// What tokens may follow each other in one of many listed spellings. Fixed once made. Thread: any may read.
class TokenTrie {
 public:
  // How far, in nats, this spelling may lie behind what the network likes best and be said all the same.
  struct Spelling {
    std::vector<Token> tokens;
    float strength;
  };
  using Node = std::uint32_t;
  static constexpr Node kRoot = 0;

  // Of spellings that are given more than once the strongest counts; those that are empty, or of a strength below 0, do
  // not. Real-time: no.
  explicit TokenTrie(std::vector<Spelling> spellings);

  [[nodiscard]] bool empty() const noexcept { return nodes_.size() == 1; }

  // Thread: any. Real-time: yes. The tokens that may follow, in the order of their numbers.
  [[nodiscard]] std::span<const Token> next(Node node) const noexcept {
    return std::span(tokens_).subspan(nodes_[node].first, nodes_[node].count);
  }
  // Where one of them leads.
  [[nodiscard]] Node follow(Node node, Token token) const noexcept {
    const auto tokens = next(node);
    return nodes_[node].first + static_cast<Node>(std::ranges::lower_bound(tokens, token) - tokens.begin());
  }
  // Of the spelling that ends here; below 0 where none does.
  [[nodiscard]] float strength(Node node) const noexcept { return nodes_[node].strength; }
  // The greatest of what ends here and further on.
  [[nodiscard]] float most_strength(Node node) const noexcept { return nodes_[node].most; }

 private:
  struct Children {
    Node first = 0;
    std::uint32_t count = 0;
    float strength = -1;
    float most = -1;
  };
  // Breadth first, so that all that may follow a node lies together; the i-th token leads to the i-th node.
  std::vector<Children> nodes_;
  std::vector<Token> tokens_;
};

}  // namespace voicestand::nn
