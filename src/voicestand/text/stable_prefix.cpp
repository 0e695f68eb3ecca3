#include "voicestand/text/stable_prefix.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

#include "voicestand/text/join.h"
#include "voicestand/text/words.h"

namespace voicestand::text {
namespace {

// How many of `heard`'s words tell the same as `promised`: the prefix of `heard` with the least edit distance to it;
// among equals the one whose length is nearest.
std::size_t counterpart(std::span<const std::string> promised, const std::vector<std::string_view>& heard) {
  std::vector<std::size_t> distance(heard.size() + 1);
  std::iota(distance.begin(), distance.end(), std::size_t{0});
  for (const std::string& word : promised) {
    std::size_t diagonal = std::exchange(distance[0], distance[0] + 1);
    for (std::size_t j = 1; j <= heard.size(); ++j) {
      const std::size_t replaced = diagonal + (same_word(word, heard[j - 1]) ? 0 : 1);
      diagonal = std::exchange(distance[j], std::min({replaced, distance[j] + 1, distance[j - 1] + 1}));
    }
  }
  const auto off = [&](std::size_t j) { return j > promised.size() ? j - promised.size() : promised.size() - j; };
  std::size_t best = 0;
  for (std::size_t j = 1; j <= heard.size(); ++j) {
    if (std::pair(distance[j], off(j)) < std::pair(distance[best], off(best))) best = j;
  }
  return best;
}

}  // namespace

// What is promised, then what the new hypothesis says after it.
StablePrefix::Words StablePrefix::spliced(const std::vector<std::string_view>& heard) const {
  if (promised_words_ == 0) return {heard.begin(), heard.end()};
  const std::span promised(history_.back().data(), promised_words_);
  Words words(promised.begin(), promised.end());
  for (std::size_t j = counterpart(promised, heard); j < heard.size(); ++j) words.emplace_back(heard[j]);
  return words;
}

bool StablePrefix::agreed(std::size_t word) const noexcept {
  const Words& newest = history_.back();
  std::size_t exact = 0;
  std::size_t loose = 0;
  bool still_exact = true;
  for (auto hypothesis = history_.rbegin(); hypothesis != history_.rend(); ++hypothesis, ++loose) {
    if (hypothesis->size() <= word || !same_word((*hypothesis)[word], newest[word])) break;
    still_exact = still_exact && (*hypothesis)[word] == newest[word];
    if (still_exact) ++exact;
  }
  return exact >= options_.agreeing || loose > options_.agreeing;
}

PartialText StablePrefix::update(std::string_view hypothesis) {
  history_.push_back(spliced(split_words(hypothesis)));
  if (history_.size() > options_.agreeing + 1) history_.erase(history_.begin());
  const Words& open = history_.back();
  const std::size_t settled = open.size() - std::min(open.size(), options_.unsettled_words);
  while (promised_words_ < settled && agreed(promised_words_)) ++promised_words_;
  return shown(open);
}

PartialText StablePrefix::commit(std::string_view text) {
  const std::vector<std::string_view> heard = split_words(text);
  Words final_words;
  Words left_over;
  if (promised_words_ > 0) {
    // Of the promise, how far `text` reaches.
    const Words& open = history_.back();
    const auto end = open.begin() + static_cast<std::ptrdiff_t>(promised_words_);
    const std::vector<std::string_view> promised(open.begin(), end);
    const auto reached = static_cast<std::ptrdiff_t>(counterpart(Words(heard.begin(), heard.end()), promised));
    final_words.assign(open.begin(), open.begin() + reached);
    left_over.assign(open.begin() + reached, end);
  }
  if (left_over.empty()) final_words = spliced(heard);
  std::string final_text;
  for (const std::string& word : final_words) final_text += (final_text.empty() ? "" : " ") + word;
  if (!final_text.empty() || !seam_promised_) committed_ = with_open(final_text);
  if (!final_text.empty()) seam_promised_ = !left_over.empty();
  promised_words_ = left_over.size();
  history_.clear();
  if (!left_over.empty()) history_.push_back(left_over);
  return shown(left_over);
}

void StablePrefix::reset() noexcept {
  committed_.clear();
  seam_promised_ = false;
  history_.clear();
  promised_words_ = 0;
}

std::string StablePrefix::with_open(const std::string& open_text) const {
  return seam_promised_ ? committed_ + ' ' + open_text : join_text(committed_, open_text);
}

PartialText StablePrefix::shown(const Words& open) const {
  std::string open_text;
  std::size_t promised_bytes = 0;
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (i > 0) open_text += ' ';
    open_text += open[i];
    if (i + 1 == promised_words_) promised_bytes = open_text.size();
  }
  PartialText partial{with_open(open_text), 0};
  const std::size_t unpromised = count_characters(std::string_view(open_text).substr(promised_bytes));
  partial.stable_chars =
      promised_bytes == 0 ? count_characters(committed_) : count_characters(partial.text) - unpromised;
  return partial;
}

}  // namespace voicestand::text
