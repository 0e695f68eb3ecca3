#include <string>
#include <utility>
#include <vector>

#include "beside.h"
#include "command.h"
#include "setup_verbs.h"

namespace voicestand::app {
namespace {

ExitCode pass_on(std::vector<std::string> words, const std::string& argument) {
  const std::string asked = words.front();
  if (!argument.empty()) words.insert(words.end(), {"--", argument});
  return become("voicestand-setup", std::move(words), asked);
}

}  // namespace

void add_setup(Command& program) {
  add_setup_verbs(
      program,
      {.models = [](const std::string& verb, const std::string& id) { return pass_on({"models", verb}, id); },
       .doctor =
           [](bool json, const std::string& sysroot) {
             std::vector<std::string> words{"doctor"};
             if (json) words.emplace_back("--json");
             if (!sysroot.empty()) words.insert(words.end(), {"--sysroot", sysroot});
             return pass_on(std::move(words), {});
           },
       .config = [](const std::string& verb, const std::string& file) { return pass_on({"config", verb}, file); }});
}

}  // namespace voicestand::app
