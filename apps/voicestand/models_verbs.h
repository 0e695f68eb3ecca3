#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>

#include "command_line.h"

namespace voicestand::app {

// What can be asked of the models: on the command line of `voicestand` and on that of `voicestand-models`, which does
// it.
struct ModelsVerb {
  const char* name;
  const char* does;
  bool takes_id;
  Command::Need need = Command::Need::kOptional;  // of the id
};
inline constexpr std::array kModelsVerbs{
    ModelsVerb{"list", "what there is; * marks the one in use", false},
    ModelsVerb{"pull", "download a model, going on where an earlier attempt ended", true, Command::Need::kRequired},
    ModelsVerb{"verify", "hold the files against their SHA-256", true},
    ModelsVerb{"remove", "delete a model from the user's folder", true, Command::Need::kRequired},
    ModelsVerb{"recommend", "the model that suits this machine", false},
    ModelsVerb{"use", "make a model the one that recognises", true, Command::Need::kRequired}};

// `work` is given the verb's place among kModelsVerbs and the id, if there is one.
void add_models_verbs(Command& models, std::function<ExitCode(std::size_t verb, const std::string& id)> work);

}  // namespace voicestand::app
