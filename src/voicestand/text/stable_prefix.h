#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace voicestand::text {

// What to show of an utterance that is still being spoken.
struct PartialText {
  std::string text;
  std::size_t stable_chars = 0;  // Unicode code points at the start of `text` that no later partial will change
};

// Decides which words of a growing hypothesis have settled: those on which successive hypotheses agree (local
// agreement, as in Machacek et al., "Turning Whisper into real-time transcription system", 2023), but never the newest
// few. What was promised is kept: where a later hypothesis says otherwise, only what follows the promise is taken.
class StablePrefix {
 public:
  struct Options {
    std::size_t agreeing = 2;         // successive hypotheses with the very same characters (at least 1); one more
                                      // where they differ in case or punctuation
    std::size_t unsettled_words = 2;  // the newest words of a hypothesis are never promised
  };

  // Thread: any. Real-time: no.
  explicit StablePrefix(Options options) noexcept : options_(options) {}
  StablePrefix() noexcept : StablePrefix(Options{}) {}

  // The following: Thread: one. Real-time: no, allocates.

  // A new hypothesis of the open part of the utterance: of all that was said since the last commit(), or since the
  // start. White space is normalised to single spaces.
  [[nodiscard]] PartialText update(std::string_view hypothesis);

  // The open part up to some word has become final as `text`; hypotheses from here on begin behind it. All of it is
  // stable. Words promised beyond `text` stay promised as the beginning of the new open part.
  PartialText commit(std::string_view text);

  // A new utterance.
  void reset() noexcept;

 private:
  using Words = std::vector<std::string>;

  [[nodiscard]] Words spliced(const std::vector<std::string_view>& heard) const;
  [[nodiscard]] bool agreed(std::size_t word) const noexcept;
  [[nodiscard]] std::string with_open(const std::string& open_text) const;
  [[nodiscard]] PartialText shown(const Words& open) const;

  Options options_;
  std::string committed_;
  bool seam_promised_ = false;      // the space behind committed_ was promised with the words around it
  std::size_t promised_words_ = 0;  // of history_.back(), the open part
  std::vector<Words> history_;      // the newest hypotheses, newest last, each beginning with what is promised
};

}  // namespace voicestand::text
