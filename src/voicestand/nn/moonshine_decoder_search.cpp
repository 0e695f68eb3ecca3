// What of all that the network finds likely is said: the likeliest token at each step, but for listed words.
#include <algorithm>

#include "voicestand/nn/moonshine_decoder.h"
#include "voicestand/nn/repetition.h"

namespace voicestand::nn {

std::optional<std::span<const Token>> MoonshineDecoder::decode(std::span<const Token> draft, std::size_t most,
                                                               const std::atomic<bool>& stop, const TokenTrie* listed,
                                                               std::span<const Token> begun) noexcept {
  count_ = 0;
  most = std::min(most, limits_.tokens);
  if (frames_ == 0 || most == 0) return std::span<const Token>();
  // Each token tells the next: the last one's successor would not be wanted.
  const auto usable = [&](Token token) { return token < vocabulary_.size() && token != Tokenizer::kEnd; };
  std::size_t fed = 0;
  fed_[fed++] = Tokenizer::kStart;
  const auto feed_usable = [&](std::span<const Token> tokens, std::size_t up_to) {
    const auto end = std::find_if_not(tokens.begin(), tokens.end(), usable);
    const auto count = std::min(static_cast<std::size_t>(end - tokens.begin()), up_to - std::min(up_to, fed));
    std::copy_n(tokens.begin(), count, fed_ + fed);
    fed += count;
  };
  feed_usable(begun, most + 1);
  const std::size_t given = fed - 1;
  feed_usable(draft, most);
  const std::span<const Token> guess(fed_, fed);
  std::size_t expected = 1;  // what of it comes next, if it is right
  std::span<const Token> feed = guess;
  const auto first_tokens = listed != nullptr ? listed->next(TokenTrie::kRoot) : std::span<const Token>();

  while (true) {
    const std::size_t count = std::min({feed.size(), kBlock, most - count_});
    if (!forward(feed.first(count), count_, stop)) return std::nullopt;
    vocabulary_.choose(hidden_, count, choices_, first_tokens);
    std::size_t row = 0;  // of those that are known to follow what has been said
    bool agreed = true;
    for (bool follows = true; follows && row < count;) {
      const auto word =
          count_ < given ? std::optional(given_word(guess[count_ + 1])) : likely_word(listed, choices_[row], stop);
      if (!word) return std::nullopt;
      const std::size_t before = count_;
      for (const Likely& next : word->said)
        if (!append(next, most)) return std::span<const Token>(tokens_, count_);
      const std::span<const Token> said(tokens_ + before, count_ - before);
      agreed = row + said.size() < feed.size() && std::ranges::equal(said, feed.subspan(row + 1, said.size()));
      if (agreed) expected += said.size();
      row += said.size();
      follows = agreed && !word->overwritten;
    }
    const std::span<const Token> last(tokens_ + count_ - 1, 1);
    if (!agreed) expected = found_again(guess, expected, last.front());
    feed = guess[expected - 1] == last.front() ? guess.subspan(expected - 1) : last;
  }
}

// Where a guess goes on behind what has been said instead of what was expected of it: past the same token, if that is
// near. Where something was put in, left out or replaced, the rest may well be right.
std::size_t MoonshineDecoder::found_again(std::span<const Token> guess, std::size_t expected, Token said) noexcept {
  constexpr std::size_t kNear = 4;
  const auto near = guess.subspan(expected, std::min(kNear, guess.size() - expected));
  const auto found = std::ranges::find(near, said);
  return found == near.end() ? expected : expected + static_cast<std::size_t>(found - near.begin()) + 1;
}

// What is said already.
MoonshineDecoder::Word MoonshineDecoder::given_word(Token token) noexcept {
  word_[0] = {.token = token, .log_probability = 0};
  return {.said = {word_, 1}, .overwritten = false};
}

// What to say where the network likes `choice` best: that, or a listed word that begins here and lies no further behind
// than it may. Such a word is followed token by token and put in the balance as a whole; where it breaks off, or lies
// too far behind, nothing of it is said. Where two words share a beginning, the longer one is.
std::optional<MoonshineDecoder::Word> MoonshineDecoder::likely_word(const TokenTrie* listed,
                                                                    const Vocabulary::Choice& choice,
                                                                    const std::atomic<bool>& stop) noexcept {
  bool overwritten = false;
  for (const Vocabulary::Rival& first : choice.rivals_found()) {
    Vocabulary::Choice best = choice;
    Vocabulary::Rival rival = first;
    TokenTrie::Node node = TokenTrie::kRoot;
    float behind = 0;
    std::size_t whole = 0;
    for (std::size_t length = 0;;) {
      behind += rival.behind;
      node = listed->follow(node, rival.token);
      if (behind > listed->most_strength(node)) break;
      word_[length++] = {.token = rival.token, .log_probability = best.log_probability - rival.behind};
      if (behind <= listed->strength(node)) whole = length;
      const auto next = listed->next(node);
      if (next.empty() || count_ + length >= limits_.tokens) break;
      overwritten = true;
      if (!forward({&rival.token, 1}, count_ + length, stop)) return std::nullopt;
      vocabulary_.choose(hidden_, 1, &best, next);
      if (best.rivals_found().empty()) break;
      rival = best.rivals_found().front();
    }
    if (whole > 0) return Word{.said = {word_, whole}, .overwritten = overwritten};
  }
  word_[0] = {.token = choice.token, .log_probability = choice.log_probability};
  return Word{.said = {word_, 1}, .overwritten = overwritten};
}

// False where this was the end.
bool MoonshineDecoder::append(const Likely& next, std::size_t most) noexcept {
  if (next.token == Tokenizer::kEnd) return false;
  log_probabilities_[count_] = next.log_probability;
  tokens_[count_++] = next.token;
  if (const auto kept = before_repetition({tokens_, count_})) {
    count_ = *kept;
    return false;
  }
  return count_ < most;
}

}  // namespace voicestand::nn
