#include "voicestand/text/rewriting.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <span>
#include <utility>

#include "voicestand/base/ascii.h"
#include "voicestand/text/numerals.h"
#include "voicestand/text/words.h"

namespace voicestand::text {
namespace {

constexpr std::array<std::string_view, 8> kFillers{"um", "uh", "uhm", "umm", "uhh", "erm", "er", "hmm"};

bool is_upper(char letter) {
  return ascii_lower(letter) != letter;
}
bool is_lower(char letter) {
  return ascii_upper(letter) != letter;
}
void capitalise(std::string& text) {
  if (!text.empty()) text.front() = ascii_upper(text.front());
}

bool ends_sentence(std::string_view word) {
  return word.ends_with('.') || word.ends_with('!') || word.ends_with('?');
}

// In capitals where what was heard is, and with one where that begins with one; its own capitals stay.
std::string in_the_case_of(std::string_view heard, std::string_view as_listed) {
  std::string written(as_listed);
  const auto letters = std::ranges::count_if(heard, [](char c) { return is_upper(c) || is_lower(c); });
  if (letters > 1 && std::ranges::none_of(heard, is_lower)) {
    std::ranges::transform(written, written.begin(), ascii_upper);
  } else if (!heard.empty() && is_upper(heard.front())) {
    capitalise(written);
  }
  return written;
}

// Whether the words begin so, with no punctuation between them.
bool fits(std::span<const std::string_view> heard, std::span<const std::string_view> words) {
  if (heard.empty() || heard.size() > words.size()) return false;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    if (!same_word(words[i], heard[i])) return false;
    if (i + 1 < heard.size() && bare_word(words[i]).size() != words[i].size()) return false;
  }
  return true;
}

}  // namespace

std::string without_fillers(std::string_view text) {
  const auto is_filler = [](std::string_view word) {
    return std::ranges::any_of(kFillers, [&](std::string_view filler) { return same_word(word, filler); });
  };
  const auto words = split_words(text);
  if (std::ranges::none_of(words, is_filler)) return std::string(text);
  std::string result;
  bool begins_sentence = true;
  bool takes_capital = false;
  for (const std::string_view word : words) {
    if (is_filler(word)) {
      takes_capital = takes_capital || (begins_sentence && is_upper(word.front()));
      if (ends_sentence(word) && !result.empty() && !begins_sentence) {
        if (result.ends_with(',')) result.pop_back();
        result += word.substr(bare_word(word).size());
        begins_sentence = true;
      }
      continue;
    }
    std::string kept(word);
    if (std::exchange(takes_capital, false)) capitalise(kept);
    result += (result.empty() ? "" : " ") + kept;
    begins_sentence = ends_sentence(word);
  }
  return result;
}

Result<Rewriting> Rewriting::create(Rules rules) {
  Rewriting made;
  made.rules_ = std::make_unique<const Rules>(std::move(rules));
  for (const auto& [phrase, text] : made.rules_->phrases) {
    const bool words = !text.empty() && (std::isalnum(static_cast<unsigned char>(text.front())) != 0 ||
                                         (static_cast<unsigned char>(text.front()) & 0x80U) != 0);
    made.commands_.push_back(
        {.phrase = phrase, .does = words ? SpokenCommand::Does::kInsert : SpokenCommand::Does::kWrite, .text = text});
  }
  for (const SpokenCommand& command : english_commands()) made.commands_.push_back(command);
  for (const auto& [heard, written] : made.rules_->replaced) {
    const std::size_t end = heard.rfind('/');
    if (!heard.starts_with('/') || end == 0 || (end + 1 != heard.size() && !heard.ends_with("/i"))) {
      made.words_.push_back({.heard = split_words(heard), .written = written});
      continue;
    }
    auto pattern = posix::Pattern::create(heard.substr(1, end - 1), written, heard.ends_with('i'));
    if (!pattern) return std::unexpected(std::move(pattern.error()));
    made.patterns_.push_back(std::move(*pattern));
  }
  return made;
}

SpokenText Rewriting::written(std::string_view heard) const {
  const std::string said = rules_->fillers ? without_fillers(heard) : std::string(heard);
  SpokenText spoken = rules_->commands ? interpret(said, commands_) : SpokenText{.text = said};
  if (rules_->numbers) spoken.text = with_numerals(spoken.text);
  spoken.text = replaced(spoken.text);
  for (const posix::Pattern& pattern : patterns_) spoken.text = pattern.replace_in(spoken.text);
  return spoken;
}

std::string Rewriting::replaced(std::string_view text) const {
  if (words_.empty()) return std::string(text);
  const auto words = split_words(text);
  std::string result;
  std::size_t copied = 0;  // of the text
  const auto place = [&](std::string_view word) { return static_cast<std::size_t>(word.data() - text.data()); };
  for (std::size_t at = 0; at < words.size();) {
    const Words* found = nullptr;
    for (const Words& candidate : words_) {
      const bool better = found == nullptr || candidate.heard.size() > found->heard.size();
      if (better && fits(candidate.heard, std::span(words).subspan(at))) found = &candidate;
    }
    if (found == nullptr) {
      ++at;
      continue;
    }
    const std::string_view last = words[at + found->heard.size() - 1];
    const std::size_t begin = place(words[at]);
    const std::size_t end = place(last) + bare_word(last).size();
    result += text.substr(copied, begin - copied);
    result += in_the_case_of(text.substr(begin, end - begin), found->written);
    copied = end;
    at += found->heard.size();
  }
  result += text.substr(copied);
  return result;
}

}  // namespace voicestand::text
