#pragma once

#include <functional>
#include <string>

#include "command_line.h"

namespace voicestand::app {

// What is asked before one listens, or when something is amiss: commands that stand on the command line of `voicestand`
// and are done by `voicestand-setup`, which has the same ones on its own.
struct SetupVerbs {
  // `verb`: "list", "pull", … ; the id may be empty where it need not be given.
  std::function<ExitCode(const std::string& verb, const std::string& id)> models;
  std::function<ExitCode(bool json, const std::string& sysroot)> doctor;
  // `verb`: "check", "show" or "path"; the file is empty unless another one is to be checked.
  std::function<ExitCode(const std::string& verb, const std::string& file)> config;
};
void add_setup_verbs(Command& program, const SetupVerbs& verbs);

}  // namespace voicestand::app
