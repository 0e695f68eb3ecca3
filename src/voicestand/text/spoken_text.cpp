#include "voicestand/text/spoken_text.h"

#include <algorithm>
#include <array>
#include <vector>

#include "voicestand/base/ascii.h"
#include "voicestand/text/join.h"
#include "voicestand/text/words.h"

namespace voicestand::text {
namespace {

using Does = SpokenCommand::Does;

constexpr std::array kEnglish{
    SpokenCommand{.phrase = "new line", .text = "\n"},
    SpokenCommand{.phrase = "newline", .text = "\n"},
    SpokenCommand{.phrase = "next line", .text = "\n"},
    SpokenCommand{.phrase = "new paragraph", .text = "\n\n"},
    SpokenCommand{.phrase = "next paragraph", .text = "\n\n"},
    SpokenCommand{.phrase = "comma", .text = ","},
    SpokenCommand{.phrase = "period", .text = "."},
    SpokenCommand{.phrase = "full stop", .text = "."},
    SpokenCommand{.phrase = "question mark", .text = "?"},
    SpokenCommand{.phrase = "exclamation mark", .text = "!"},
    SpokenCommand{.phrase = "exclamation point", .text = "!"},
    SpokenCommand{.phrase = "colon", .text = ":"},
    SpokenCommand{.phrase = "semicolon", .text = ";"},
    SpokenCommand{.phrase = "semi colon", .text = ";"},
    SpokenCommand{.phrase = "ellipsis", .text = "…"},
    SpokenCommand{.phrase = "dot dot dot", .text = "…"},
    SpokenCommand{.phrase = "dash", .text = " –"},
    SpokenCommand{.phrase = "hyphen", .text = "-"},
    SpokenCommand{.phrase = "slash", .text = "/"},
    SpokenCommand{.phrase = "underscore", .text = "_"},
    SpokenCommand{.phrase = "at sign", .text = "@"},
    SpokenCommand{.phrase = "open bracket", .text = "("},
    SpokenCommand{.phrase = "close bracket", .text = ")"},
    SpokenCommand{.phrase = "open parenthesis", .text = "("},
    SpokenCommand{.phrase = "close parenthesis", .text = ")"},
    SpokenCommand{.phrase = "open quote", .text = "“"},
    SpokenCommand{.phrase = "close quote", .text = "”"},
    SpokenCommand{.phrase = "scratch that", .does = Does::kScratch},
    SpokenCommand{.phrase = "delete that", .does = Does::kScratch},
    SpokenCommand{.phrase = "undo that", .does = Does::kScratch},
    SpokenCommand{.phrase = "no space", .does = Does::kNoSpace},
    SpokenCommand{.phrase = "all caps", .does = Does::kAllCaps},
    SpokenCommand{.phrase = "end caps", .does = Does::kEndCaps},
};

// How a text that a command writes sits between its neighbours.
bool clings_to_left(std::string_view text) {
  return !text.starts_with("(") && !text.starts_with("“");
}
bool clings_to_right(std::string_view text) {
  constexpr std::array<std::string_view, 8> kClinging{"\n", "\t", "(", "“", "-", "/", "_", "@"};
  return std::ranges::any_of(kClinging, [&](std::string_view each) { return text.ends_with(each); });
}
bool ends_line(std::string_view text) {
  return text.starts_with("\n");
}

bool ends_in_mark(std::string_view word) {
  constexpr std::string_view kMarks = ",.;:!?";
  return kMarks.find(word.back()) != std::string_view::npos || word.ends_with("…");
}

// Marks that a recogniser has written for a pause.
void drop_pause_marks(std::string& text, bool sentence_ends_too) {
  const std::string_view marks = sentence_ends_too ? ",.;:?!" : ",;:";
  while (!text.empty() && marks.find(text.back()) != std::string_view::npos) text.pop_back();
}

// The text as it grows.
class Page {
 public:
  void add_word(std::string_view word) {
    std::string written(word);
    if (capitals_) std::ranges::transform(written, written.begin(), ascii_upper);
    if (glued_) {
      text_ += written;
      glued_ = false;
    } else {
      text_ = text_.empty() ? written : join_on(written);
    }
    begun_ = true;
  }

  void obey(const SpokenCommand& command) {
    switch (command.does) {
      case Does::kWrite:
        return write(command.text);
      case Does::kInsert:
        drop_pause_marks(text_, false);
        add_word(command.text);
        glued_ = clings_to_right(command.text);
        return;
      case Does::kScratch:
        if (!begun_) ++result_.scratched;
        text_.clear();
        begun_ = glued_ = first_glued_ = false;
        return;
      case Does::kNoSpace:
        drop_pause_marks(text_, true);
        return glue();
      case Does::kAllCaps:
        drop_pause_marks(text_, false);
        capitals_ = true;
        return;
      case Does::kEndCaps:
        drop_pause_marks(text_, false);
        capitals_ = false;
        return;
    }
  }

  SpokenText finish() {
    result_.text = std::move(text_);
    result_.glued = first_glued_;
    return std::move(result_);
  }

 private:
  void write(std::string_view text) {
    drop_pause_marks(text_, !ends_line(text));
    if (clings_to_left(text)) {
      if (!begun_) first_glued_ = true;
      text_ += text;
    } else {
      text_ = glued_ || text_.empty() ? text_ + std::string(text) : join_on(text);
    }
    begun_ = true;
    glued_ = false;
    if (clings_to_right(text)) glued_ = true;
  }

  void glue() {
    if (!begun_) first_glued_ = true;
    begun_ = glued_ = true;
  }

  // A space between the two, where one is written.
  [[nodiscard]] std::string join_on(std::string_view right) const {
    const std::size_t line = text_.find_last_of("\n\t") + 1;  // what is before stays as it is
    return text_.substr(0, line) + join_text(std::string_view(text_).substr(line), right);
  }

  SpokenText result_;
  std::string text_;
  bool begun_ = false;        // something has been said since the last scratch
  bool glued_ = false;        // the next word follows without a space
  bool first_glued_ = false;  // so does the whole
  bool capitals_ = false;
};

class Utterance {
 public:
  explicit Utterance(std::string_view heard) : words_(split_words(heard)) {}

  [[nodiscard]] std::size_t size() const { return words_.size(); }
  [[nodiscard]] std::string_view operator[](std::size_t at) const { return words_[at]; }

  // Whether what stands before this place sets it off.
  [[nodiscard]] bool may_begin(std::size_t at) const { return at == 0 || ends_in_mark(words_[at - 1]); }
  // The words that the phrase takes at this place, which may begin one, where it is a command there, else 0.
  [[nodiscard]] std::size_t matches(std::size_t at, std::string_view phrase) const {
    const auto spoken = split_words(phrase);
    const std::size_t end = at + spoken.size();
    if (spoken.empty() || end > size()) return 0;
    for (std::size_t i = 0; i < spoken.size(); ++i) {
      if (!same_word(words_[at + i], spoken[i])) return 0;
      if (i + 1 < spoken.size() && ends_in_mark(words_[at + i])) return 0;
    }
    return end == size() || ends_in_mark(words_[end - 1]) ? spoken.size() : 0;
  }

 private:
  std::vector<std::string_view> words_;
};

}  // namespace

std::span<const SpokenCommand> english_commands() noexcept {
  return kEnglish;
}

SpokenText interpret(std::string_view heard, std::span<const SpokenCommand> commands) {
  const Utterance utterance(heard);
  Page page;
  for (std::size_t at = 0; at < utterance.size();) {
    std::size_t taken = 0;
    for (const SpokenCommand& command : utterance.may_begin(at) ? commands : std::span<const SpokenCommand>()) {
      taken = utterance.matches(at, command.phrase);
      if (taken == 0) continue;
      page.obey(command);
      break;
    }
    if (taken == 0) page.add_word(utterance[at]);
    at += std::max<std::size_t>(taken, 1);
  }
  return page.finish();
}

}  // namespace voicestand::text
