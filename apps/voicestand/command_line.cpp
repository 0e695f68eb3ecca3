#include "command_line.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>

#include <getopt.h>

#include "console.h"
#include "voicestand/base/nearest.h"

namespace voicestand::app {
namespace {

std::string quoted(const std::string& word) {
  return "'" + word + "'";
}

// "  name  does", with what the names do beneath each other.
std::string table(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::size_t width = 0;
  for (const auto& [name, does] : rows) width = std::max(width, name.size());
  std::string text;
  for (const auto& [name, does] : rows) text += "  " + name + std::string(width - name.size() + 2, ' ') + does + "\n";
  return text;
}

}  // namespace

Take into(std::string& value) {
  return [&value](const std::string& word) -> Result<void> {
    value = word;
    return {};
  };
}

Take into(std::optional<std::string>& value) {
  return [&value](const std::string& word) -> Result<void> {
    value = word;
    return {};
  };
}

Take into(std::vector<std::string>& values) {
  return [&values](const std::string& word) -> Result<void> {
    values.push_back(word);
    return {};
  };
}

Take into(int& value) {
  return [&value](const std::string& word) -> Result<void> {
    const char* const end = word.data() + word.size();
    const auto read = std::from_chars(word.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end) return fail(Errc::kUsage, quoted(word) + " is no whole number");
    return {};
  };
}

Take one_of(std::vector<std::string> words, std::function<void(std::size_t which)> chosen) {
  return [words = std::move(words), chosen = std::move(chosen)](const std::string& word) -> Result<void> {
    std::string known;
    for (std::size_t which = 0; which < words.size(); ++which) {
      if (words[which] == word) {
        chosen(which);
        return {};
      }
      known += (which == 0 ? "" : ", ") + words[which];
    }
    return fail(Errc::kUsage, quoted(word) + " is none of " + known);
  };
}

Command::Command(std::string path, std::string does) : path_(std::move(path)), does_(std::move(does)) {
  add_instead(
      "--help",
      [this] {
        const auto written = write_out(help());
        return written ? ExitCode::kDone : complain(written.error());
      },
      "print this help");
}

Command& Command::add_command(const std::string& name, std::string does) {
  return commands_.emplace_back(path_ + " " + name, std::move(does));
}

void Command::add_flag(std::string name, bool& given, std::string does) {
  Take take = [&given](const std::string&) -> Result<void> {
    given = true;
    return {};
  };
  options_.push_back(
      {.name = std::move(name), .value = {}, .does = std::move(does), .take = std::move(take), .instead = {}});
}

void Command::add_option(std::string name, std::string value, Take take, std::string does) {
  options_.push_back({.name = std::move(name),
                      .value = std::move(value),
                      .does = std::move(does),
                      .take = std::move(take),
                      .instead = {}});
}

void Command::add_instead(std::string name, Work work, std::string does) {
  options_.push_back(
      {.name = std::move(name), .value = {}, .does = std::move(does), .take = {}, .instead = std::move(work)});
}

void Command::add_argument(std::string name, Need need, Take take, std::string does) {
  arguments_.push_back({.name = std::move(name),
                        .does = std::move(does),
                        .take = std::move(take),
                        .required = need == Need::kRequired,
                        .several = false});
}

void Command::add_arguments(std::string name, Need need, Take take, std::string does) {
  add_argument(std::move(name), need, std::move(take), std::move(does));
  arguments_.back().several = true;
}

void Command::set_work(Work work) {
  work_ = std::move(work);
}

Result<Command::Work> Command::parse(std::vector<std::string> words) const {
  auto instead = read_options(words);
  if (!instead) return std::unexpected(std::move(instead.error()));
  if (*instead) return std::move(**instead);
  if (!commands_.empty()) return parse_command(std::move(words));
  if (auto read = read_arguments(words); !read) return std::unexpected(std::move(read.error()));
  return work_;
}

Result<std::optional<Command::Work>> Command::read_options(std::vector<std::string>& words) const {
  constexpr int kFirst = 256;  // beyond what a letter can be
  std::vector<option> known;
  for (const Option& each : options_) {
    known.push_back({.name = each.name.c_str() + 2,
                     .has_arg = each.value.empty() ? no_argument : required_argument,
                     .flag = nullptr,
                     .val = kFirst + static_cast<int>(known.size())});
  }
  known.push_back({});
  std::string name = path_;
  std::vector<char*> arguments{name.data()};
  for (std::string& word : words) arguments.push_back(word.data());
  const int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);

  // What follows the name of a command belongs to that one.
  const char* const letters = commands_.empty() ? ":h" : "+:h";
  ::opterr = 0;
  ::optind = 0;
  for (;;) {
    int found =
        ::getopt_long(count, arguments.data(), letters, known.data(), nullptr);  // NOLINT(concurrency-mt-unsafe)
    if (found == -1) break;
    if (found == 'h') found = kFirst;
    if (found < kFirst) {
      const bool recognised = ::optopt >= kFirst;
      const auto which = recognised ? static_cast<std::size_t>(::optopt - kFirst) : 0;
      if (found == ':') return refuse(options_.at(which).name + " needs a value");
      if (recognised) return refuse(options_.at(which).name + " takes no value");
      if (::optopt != 0) return refuse("there is no option '-" + std::string(1, static_cast<char>(::optopt)) + "'");
      return refuse_unknown("option", arguments.at(static_cast<std::size_t>(::optind - 1)), option_names());
    }
    const Option& given = options_.at(static_cast<std::size_t>(found - kFirst));
    if (given.instead) return given.instead;
    const auto taken = given.take(::optarg == nullptr ? std::string() : std::string(::optarg));
    if (!taken) return refuse(given.name + ": " + taken.error().what);
  }
  words = {arguments.begin() + ::optind, arguments.begin() + count};
  return std::nullopt;
}

Result<void> Command::read_arguments(const std::vector<std::string>& words) const {
  auto word = words.begin();
  for (const Argument& argument : arguments_) {
    if (word == words.end() && argument.required) return refuse(argument.name + " is missing");
    for (bool more = true; more && word != words.end(); ++word) {
      if (const auto taken = argument.take(*word); !taken) return refuse(argument.name + ": " + taken.error().what);
      more = argument.several;
    }
  }
  if (word != words.end()) return refuse(quoted(*word) + " is one argument too many");
  return {};
}

Result<Command::Work> Command::parse_command(std::vector<std::string> words) const {
  if (words.empty()) return refuse("a command is missing");
  std::vector<std::string> names;
  for (const Command& command : commands_) {
    if (command.name() == words.front()) return command.parse({words.begin() + 1, words.end()});
    names.push_back(command.name());
  }
  return refuse_unknown("command", words.front(), names);
}

std::unexpected<Error> Command::refuse(const std::string& what) const {
  return fail(Errc::kUsage, what, {}, "see '" + path_ + " --help'");
}

std::unexpected<Error> Command::refuse_unknown(const char* kind, const std::string& word,
                                               const std::vector<std::string>& known) const {
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  return refuse("there is no " + std::string(kind) + " " + quoted(word) + ", the nearest is " +
                quoted(std::string(nearest(word, candidates))));
}

ExitCode Command::run(int argc, char** argv) const {
  const auto work = parse({argv + std::min(argc, 1), argv + argc});
  return work ? (*work)() : complain(work.error());
}

std::string Command::name() const {
  return path_.substr(path_.rfind(' ') + 1);
}

std::vector<std::string> Command::option_names() const {
  std::vector<std::string> names;
  for (const Option& each : options_) names.push_back(each.name);
  return names;
}

std::string Command::help() const {
  std::string text = "Usage: " + path_;
  if (options_.size() > 1) text += " [OPTION]...";
  if (!commands_.empty()) text += " COMMAND ...";
  std::vector<std::pair<std::string, std::string>> arguments;
  for (const Argument& each : arguments_) {
    const std::string shown = each.name + (each.several ? "..." : "");
    text += each.required ? " " + shown : " [" + shown + "]";
    arguments.emplace_back(each.name, each.does);
  }
  text += "\n" + does_ + "\n";
  if (!arguments.empty()) text += "\n" + table(arguments);

  std::vector<std::pair<std::string, std::string>> options;
  for (const Option& each : options_) {
    options.emplace_back(each.value.empty() ? each.name : each.name + " " + each.value, each.does);
  }
  std::rotate(options.begin(), options.begin() + 1, options.end());  // help itself comes last
  options.back().first = "-h, " + options.back().first;
  text += "\nOptions:\n" + table(options);

  std::vector<std::pair<std::string, std::string>> commands;
  for (const Command& each : commands_) commands.emplace_back(each.name(), each.does_);
  if (!commands.empty()) text += "\nCommands:\n" + table(commands);
  return text;
}

}  // namespace voicestand::app
