#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/pattern.h"
#include "voicestand/text/spoken_text.h"

namespace voicestand::text {

// What is made of what a recogniser has heard, before it is written. Thread: any, one at a time. Real-time: no.
class Rewriting {
 public:
  using Table = std::map<std::string, std::string>;
  // In the order in which they are done.
  struct Rules {
    bool fillers = true;   // "um" and the like are left out
    bool commands = true;  // interpret(), with the phrases below before the English ones
    bool numbers = true;   // in digits, with_numerals()
    Table phrases{};       // said, set off by pauses -> written
    Table replaced{};  // words wherever they are heard, or /EXPRESSION/ -> written; of several that fit, the most words
  };
  // Errors: kBadConfig for an expression that is none.
  [[nodiscard]] static Result<Rewriting> create(Rules rules);
  Rewriting(Rewriting&&) noexcept = default;
  Rewriting& operator=(Rewriting&&) noexcept = default;

  [[nodiscard]] SpokenText written(std::string_view heard) const;

 private:
  struct Words {
    std::vector<std::string_view> heard;  // of strings in rules_, as is what is written
    std::string_view written;
  };
  Rewriting() = default;
  [[nodiscard]] std::string replaced(std::string_view text) const;

  std::unique_ptr<const Rules> rules_;
  std::vector<SpokenCommand> commands_;  // of strings in rules_
  std::vector<Words> words_;
  std::vector<posix::Pattern> patterns_;
};

// Without words such as "um", and their commas; the next one takes over the capital. Thread: any. Real-time: no.
[[nodiscard]] std::string without_fillers(std::string_view text);

}  // namespace voicestand::text
