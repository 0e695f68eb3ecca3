#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <regex.h>

#include "voicestand/base/result.h"

namespace voicestand::posix {

// A regular expression and what is written in place of what it matches: POSIX extended, as of grep -E. Thread: any, one
// at a time. Real-time: no.
class Pattern {
 public:
  // `written` may name groups, \1 to \9, and all that was matched, \0; \\ is a backslash. Errors: kBadConfig with the
  // library's own words.
  [[nodiscard]] static Result<Pattern> create(const std::string& expression, std::string written, bool ignore_case);

  // Each match once, from left to right; a match of nothing is none.
  [[nodiscard]] std::string replace_in(const std::string& text) const;

 private:
  struct Free {
    void operator()(regex_t* compiled) const noexcept;
  };
  Pattern(std::unique_ptr<regex_t, Free> compiled, std::string written)
      : compiled_(std::move(compiled)), written_(std::move(written)) {}

  std::unique_ptr<regex_t, Free> compiled_;
  std::string written_;
};

}  // namespace voicestand::posix
