#include <array>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "choice.h"
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

void collect(const CLI::App& app, const std::string& path, std::vector<Entry>& entries) {
  Entry entry{.path = path, .commands = {}, .options = {}};
  for (const CLI::App* command : app.get_subcommands({})) entry.commands.push_back(command->get_name());
  for (const CLI::Option* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) entry.options.push_back("--" + name);
  }
  entries.push_back(entry);
  for (const CLI::App* command : app.get_subcommands({})) {
    collect(*command, path.empty() ? command->get_name() : path + " " + command->get_name(), entries);
  }
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

void add_completion(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("completion", "print the completion script of a shell");
  struct Shell {
    std::string (*script)(const std::vector<Entry>&);
  };
  constexpr std::array kShells{Shell{for_bash}, Shell{for_zsh}, Shell{for_fish}};
  const auto shell = std::make_shared<Shell>();
  add_choice(*command, "SHELL", {"bash", "zsh", "fish"}, "bash, zsh or fish", [shell, kShells](std::size_t which) {
    *shell = kShells.at(which);
  })->required();
  command->callback([&app, &action, shell] {
    action = [&app, shell] {
      std::vector<Entry> entries;
      collect(app, "", entries);
      const std::string script = shell->script(entries);
      const auto written = write_out(script);
      return written ? ExitCode::kDone : complain(written.error());
    };
  });
}

}  // namespace voicestand::app
