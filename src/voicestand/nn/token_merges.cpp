#include "voicestand/nn/token_merges.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <queue>

namespace voicestand::nn {
namespace {

// A token in a chain whose neighbours change.
struct Link {
  Token token;
  std::size_t before, after;  // kNone at the ends
  bool gone = false;
};
constexpr std::size_t kNone = ~std::size_t{0};

// Two neighbours that could be put together, as they were when this was noted.
struct Candidate {
  std::uint32_t rank;
  std::size_t left, right;
  Token left_token, right_token, whole;
  [[nodiscard]] auto operator<=>(const Candidate& other) const noexcept {
    return rank != other.rank ? rank <=> other.rank : left <=> other.left;
  }
};

// Where those begin that have one token on a side, if they lie in the token's order.
std::vector<std::uint32_t> begins_of(const std::vector<TokenMerges::Merge>& merges, std::size_t tokens,
                                     Token TokenMerges::Merge::* side) {
  std::vector<std::uint32_t> begins(tokens + 1);
  for (const auto& merge : merges) ++begins[merge.*side + 1];
  for (std::size_t i = 1; i < begins.size(); ++i) begins[i] += begins[i - 1];
  return begins;
}

}  // namespace

TokenMerges::TokenMerges(const std::vector<Merge>& merges, std::size_t tokens) : entries_(merges.size()) {
  // Sorted by the right token and then, keeping that order, by the left one.
  auto next = begins_of(merges, tokens, &Merge::right);
  std::vector<std::uint32_t> by_right(merges.size());
  for (std::uint32_t rank = 0; rank < merges.size(); ++rank) by_right[next[merges[rank].right]++] = rank;
  begins_ = begins_of(merges, tokens, &Merge::left);
  next = begins_;
  for (const auto rank : by_right) entries_[next[merges[rank].left]++] = {merges[rank].right, rank, merges[rank].whole};
}

const TokenMerges::Entry* TokenMerges::find(Token left, Token right) const noexcept {
  if (std::size_t{left} + 1 >= begins_.size()) return nullptr;
  const auto end = entries_.begin() + begins_[left + 1];
  const auto found = std::ranges::lower_bound(entries_.begin() + begins_[left], end, right, {}, &Entry::right);
  return found == end || found->right != right ? nullptr : &*found;
}

void TokenMerges::apply(std::vector<Token>& tokens) const {
  std::vector<Link> chain(tokens.size());
  for (std::size_t i = 0; i < chain.size(); ++i)
    chain[i] = {.token = tokens[i], .before = i - 1, .after = i + 1 < chain.size() ? i + 1 : kNone};
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates;
  const auto note = [&](std::size_t left, std::size_t right) {
    if (left == kNone || right == kNone) return;
    const Entry* const entry = find(chain[left].token, chain[right].token);
    if (entry != nullptr)
      candidates.push({entry->rank, left, right, chain[left].token, chain[right].token, entry->whole});
  };
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) note(i, i + 1);
  while (!candidates.empty()) {
    const Candidate best = candidates.top();
    candidates.pop();
    Link& left = chain[best.left];
    Link& right = chain[best.right];
    const bool stands = !left.gone && !right.gone && left.after == best.right && left.token == best.left_token &&
                        right.token == best.right_token;
    if (!stands) continue;
    left.token = best.whole;
    left.after = right.after;
    right.gone = true;
    if (left.after != kNone) chain[left.after].before = best.left;
    note(left.before, best.left);
    note(best.left, left.after);
  }
  tokens.clear();
  for (std::size_t i = 0; i < chain.size(); i = chain[i].after) {
    tokens.push_back(chain[i].token);
    if (chain[i].after == kNone) break;
  }
}

}  // namespace voicestand::nn
