#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "voicestand/base/exit_code.h"
#include "voicestand/base/result.h"

namespace voicestand::app {

// Takes a word of the command line. Errors: kUsage, what is wrong with the word.
using Take = std::function<Result<void>(const std::string& word)>;

// Where a word is put; each must live until the command line has been read. The last of several words counts, but in a
// vector all of them do.
[[nodiscard]] Take into(std::string& value);
[[nodiscard]] Take into(std::optional<std::string>& value);
[[nodiscard]] Take into(std::vector<std::string>& values);
[[nodiscard]] Take into(int& value);  // a whole number

// One of these words; `chosen` is told which, counted from 0.
[[nodiscard]] Take one_of(std::vector<std::string> words, std::function<void(std::size_t which)> chosen);

// A command with its options and arguments, or with commands in it; the whole program is one. The words are read by the
// C library's getopt_long(): options may stand anywhere, be shortened and be written as --name=value, and -- ends them.
// Every command has --help. Thread: one at a time in the whole process, as getopt_long() demands.
class Command {
 public:
  using Work = std::function<ExitCode()>;
  enum class Need { kOptional, kRequired };

  // `path`: the words by which a user calls it, "voicestand models pull". `does`: what it does, in a line.
  Command(std::string path, std::string does);
  ~Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  Command(Command&&) = delete;
  Command& operator=(Command&&) = delete;

  // A command in this one, which lives as long as this one does.
  Command& add_command(const std::string& name, std::string does);

  // `name`: with its dashes. `value`: what stands for its value in the help.
  void add_flag(std::string name, bool& given, std::string does);
  void add_option(std::string name, std::string value, Take take, std::string does);
  // An option that is done instead of the command, whatever else is given.
  void add_instead(std::string name, Work work, std::string does);

  // Arguments are taken in the order in which they were added; several words are taken by the last one alone.
  void add_argument(std::string name, Need need, Take take, std::string does);
  void add_arguments(std::string name, Need need, Take take, std::string does);

  // What it does when it is chosen.
  void set_work(Work work);

  // What these words (without the program's own name) ask for. Errors: kUsage, which names the command's --help.
  [[nodiscard]] Result<Work> parse(std::vector<std::string> words) const;

  // Reads the words of main(), and does what they ask for or says what is wrong with them.
  [[nodiscard]] ExitCode run(int argc, char** argv) const;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string name() const;
  [[nodiscard]] const std::list<Command>& commands() const { return commands_; }
  [[nodiscard]] std::vector<std::string> option_names() const;
  [[nodiscard]] std::string help() const;

 private:
  struct Option {
    std::string name;
    std::string value;  // empty: takes none
    std::string does;
    Take take;
    Work instead;  // or none
  };
  struct Argument {
    std::string name;
    std::string does;
    Take take;
    bool required;
    bool several;
  };

  // Leaves what is no option in `words`.
  [[nodiscard]] Result<std::optional<Work>> read_options(std::vector<std::string>& words) const;
  [[nodiscard]] Result<void> read_arguments(const std::vector<std::string>& words) const;
  [[nodiscard]] Result<Work> parse_command(std::vector<std::string> words) const;
  [[nodiscard]] std::unexpected<Error> refuse(const std::string& what) const;
  [[nodiscard]] std::unexpected<Error> refuse_unknown(const char* kind, const std::string& word,
                                                      const std::vector<std::string>& known) const;

  const std::string path_;
  const std::string does_;
  std::vector<Option> options_;
  std::vector<Argument> arguments_;
  std::list<Command> commands_;
  Work work_;
};

}  // namespace voicestand::app
