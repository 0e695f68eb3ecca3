#include "voicestand/lib/posix/pattern.h"

#include <array>
#include <cstddef>
#include <span>
#include <utility>

namespace voicestand::posix {
namespace {

constexpr std::size_t kGroups = 10;

std::string words_of(int error, const regex_t* compiled) {
  std::array<char, 128> words{};
  ::regerror(error, compiled, words.data(), words.size());
  return words.data();
}

// With the groups put in.
std::string filled(std::string_view written, const char* text, std::span<const regmatch_t> groups) {
  std::string result;
  for (std::size_t at = 0; at < written.size(); ++at) {
    if (written[at] != '\\' || at + 1 == written.size()) {
      result += written[at];
      continue;
    }
    const char named = written[++at];
    if (named < '0' || named > '9') {
      result += named;
      continue;
    }
    const regmatch_t& group = groups[static_cast<std::size_t>(named - '0')];
    if (group.rm_so >= 0) result.append(text + group.rm_so, static_cast<std::size_t>(group.rm_eo - group.rm_so));
  }
  return result;
}

}  // namespace

void Pattern::Free::operator()(regex_t* compiled) const noexcept {
  ::regfree(compiled);
  delete compiled;
}

Result<Pattern> Pattern::create(const std::string& expression, std::string written, bool ignore_case) {
  auto compiled = std::make_unique<regex_t>();
  const int error = ::regcomp(compiled.get(), expression.c_str(), REG_EXTENDED | (ignore_case ? REG_ICASE : 0));
  if (error != 0)
    return fail(Errc::kBadConfig, "no regular expression: " + words_of(error, compiled.get()), "",
                "write one as of grep -E");
  return Pattern(std::unique_ptr<regex_t, Free>(compiled.release()), std::move(written));
}

std::string Pattern::replace_in(const std::string& text) const {
  std::string result;
  std::array<regmatch_t, kGroups> groups{};
  const char* rest = text.c_str();
  int flags = 0;
  while (*rest != '\0' && ::regexec(compiled_.get(), rest, groups.size(), groups.data(), flags) == 0) {
    const bool nothing = groups[0].rm_eo == groups[0].rm_so;
    result.append(rest, static_cast<std::size_t>(groups[0].rm_so));
    if (!nothing) result += filled(written_, rest, groups);
    rest += groups[0].rm_eo;
    if (nothing && *rest != '\0') result += *rest++;
    flags = REG_NOTBOL;
  }
  return result + rest;
}

}  // namespace voicestand::posix
