#include <array>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "command.h"
#include "console.h"

namespace voicestand::app {
namespace {

// A command as a shell sees it: its words after the program's name, and what may follow.
struct Entry {
  std::string path;  // "models pull"; empty for the program itself
  std::vector<std::string> commands;
  std::vector<std::string> options;
};

void collect(const Command& command, std::vector<Entry>& entries) {
  const auto space = command.path().find(' ');
  Entry entry{.path = space == std::string::npos ? "" : command.path().substr(space + 1),
              .commands = {},
              .options = command.option_names()};
  for (const Command& each : command.commands()) entry.commands.push_back(each.name());
  entries.push_back(std::move(entry));
  for (const Command& each : command.commands()) collect(each, entries);
}

std::string words(const Entry& entry) {
  return fmt::format("{}", fmt::join(entry.commands, " "));
}
std::string options(const Entry& entry) {
  return fmt::format("{}", fmt::join(entry.options, " "));
}

std::string for_bash(const std::vector<Entry>& entries) {
  std::string script =
      "_voicestand() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} path= word\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$path $word\" in\n";
  for (const Entry& entry : entries) {
    if (!entry.path.empty()) {
      const auto space = entry.path.rfind(' ');
      const std::string parent = space == std::string::npos ? "" : entry.path.substr(0, space);
      const std::string name = space == std::string::npos ? entry.path : entry.path.substr(space + 1);
      script += fmt::format("      \"{} {}\") path=\"{}\" ;;\n", parent, name, entry.path);
    }
  }
  script +=
      "    esac\n"
      "  done\n"
      "  local commands= options=\n"
      "  case \"$path\" in\n";
  for (const Entry& entry : entries) {
    script += fmt::format("    \"{}\") commands=\"{}\" options=\"{}\" ;;\n", entry.path, words(entry), options(entry));
  }
  script +=
      "  esac\n"
      "  if [[ $current == -* ]]; then COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
      "  elif [[ -n $commands ]]; then COMPREPLY=($(compgen -W \"$commands\" -- \"$current\"))\n"
      "  else COMPREPLY=($(compgen -f -- \"$current\")); fi\n"
      "}\n"
      "complete -o filenames -F _voicestand voicestand\n";
  return script;
}

std::string for_zsh(const std::vector<Entry>& entries) {
  return "#compdef voicestand\nautoload -U +X bashcompinit && bashcompinit\n" + for_bash(entries);
}

std::string for_fish(const std::vector<Entry>& entries) {
  std::string script;
  for (const Entry& entry : entries) {
    const std::string where = entry.path.empty() ? "__fish_use_subcommand"
                                                 : fmt::format("__fish_seen_subcommand_from {}",
                                                               entry.path.substr(entry.path.rfind(' ') + 1));
    if (!entry.commands.empty())
      script += fmt::format("complete -c voicestand -f -n '{}' -a '{}'\n", where, words(entry));
    for (const std::string& option : entry.options) {
      script += fmt::format("complete -c voicestand -n '{}' -l {}\n", where, option.substr(2));
    }
  }
  return script;
}

}  // namespace

void add_completion(Command& program) {
  struct Shell {
    std::string (*script)(const std::vector<Entry>&);
  };
  constexpr std::array kShells{Shell{for_bash}, Shell{for_zsh}, Shell{for_fish}};
  const auto shell = std::make_shared<Shell>();
  Command& command = program.add_command("completion", "print the completion script of a shell");
  command.add_argument(
      "SHELL", Command::Need::kRequired,
      one_of({"bash", "zsh", "fish"}, [shell, kShells](std::size_t which) { *shell = kShells.at(which); }),
      "bash, zsh or fish");
  command.set_work([&program, shell] {
    std::vector<Entry> entries;
    collect(program, entries);
    const auto written = write_out(shell->script(entries));
    return written ? ExitCode::kDone : complain(written.error());
  });
}

}  // namespace voicestand::app
