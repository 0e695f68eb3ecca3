#include "voicestand/nn/token_trie.h"

#include <algorithm>

namespace voicestand::nn {

TokenTrie::TokenTrie(std::vector<Spelling> spellings) {
  std::erase_if(spellings,
                [](const Spelling& spelling) { return spelling.tokens.empty() || !(spelling.strength >= 0); });
  std::ranges::sort(spellings, {}, &Spelling::tokens);
  // What a node stands for is a range of spellings with the same beginning.
  struct Range {
    std::size_t begin;
    std::size_t end;
    std::size_t depth;
  };
  std::vector<Range> ranges{{.begin = 0, .end = spellings.size(), .depth = 0}};
  nodes_.emplace_back();
  tokens_.push_back(0);  // nothing leads to the root
  for (std::size_t node = 0; node < ranges.size(); ++node) {
    auto [begin, end, depth] = ranges[node];
    Children found{.first = static_cast<Node>(ranges.size())};
    for (; begin < end && spellings[begin].tokens.size() == depth; ++begin)
      found.strength = std::max(found.strength, spellings[begin].strength);
    found.most = found.strength;
    while (begin < end) {
      const Token token = spellings[begin].tokens[depth];
      const std::size_t first = begin;
      for (; begin < end && spellings[begin].tokens[depth] == token; ++begin)
        found.most = std::max(found.most, spellings[begin].strength);
      ranges.push_back({.begin = first, .end = begin, .depth = depth + 1});
      tokens_.push_back(token);
      nodes_.emplace_back();
      ++found.count;
    }
    nodes_[node] = found;
  }
}

}  // namespace voicestand::nn
