#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace voicestand::text {

// A phrase that is said to the program instead of being written.
struct SpokenCommand {
  enum class Does : std::uint8_t {
    kWrite,    // `text` in its place, as a mark
    kInsert,   // likewise, as words
    kScratch,  // takes back what was said before it in the utterance; where that is nothing, the utterance before
    kNoSpace,  // joins what is around it
    kAllCaps,  // what follows is in capitals, until kEndCaps or the end
    kEndCaps,
  };
  std::string_view phrase;  // words in lower case, a space between two
  Does does = Does::kWrite;
  std::string_view text{};
};

// Thread: any. Real-time: no.
[[nodiscard]] std::span<const SpokenCommand> english_commands() noexcept;

// An utterance as it is to be written.
struct SpokenText {
  std::size_t scratched = 0;  // utterances before it that are to be taken back first
  std::string text;
  bool glued = false;  // no space before it, whatever stands there
};

// Takes the commands out of what a recogniser has heard and does what they say. A phrase is a command where it is set
// off: it begins the utterance or follows a punctuation mark, and ends it or is followed by one, as recognisers write
// who pauses around it. So "a new line of shoes" stays what it is. The marks that set it off are not written, but for
// the ends of sentences before a line's end. Thread: any. Real-time: no.
[[nodiscard]] SpokenText interpret(std::string_view heard, std::span<const SpokenCommand> commands);

}  // namespace voicestand::text
