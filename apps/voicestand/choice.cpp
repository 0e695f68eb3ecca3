#include "choice.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace voicestand::app {

CLI::Option* add_choice(CLI::App& command, const std::string& name, std::vector<std::string> words,
                        const std::string& does, std::function<void(std::size_t which)> chosen) {
  const std::string expected = fmt::format("is none of {}", fmt::join(words, ", "));
  const auto place = [words = std::move(words)](const std::string& word) {
    return static_cast<std::size_t>(std::ranges::find(words, word) - words.begin());
  };
  const std::size_t nowhere = place(std::string());
  CLI::callback_t take = [place, chosen = std::move(chosen)](const CLI::results_t& given) {
    chosen(place(given.front()));
    return true;
  };
  std::function<std::string(const std::string&)> check = [place, nowhere, expected](const std::string& word) {
    return place(word) == nowhere ? word + " " + expected : std::string();
  };
  return command.add_option(name, std::move(take), does)->check(std::move(check));
}

}  // namespace voicestand::app
