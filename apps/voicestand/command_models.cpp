#include <string>
#include <vector>

#include "beside.h"
#include "command.h"
#include "models_verbs.h"

namespace voicestand::app {

void add_models(Command& program) {
  add_models_verbs(program.add_command("models", "the models on disk"), [](std::size_t verb, const std::string& id) {
    std::vector<std::string> words{kModelsVerbs.at(verb).name, "--"};
    if (!id.empty()) words.push_back(id);
    return become("voicestand-models", std::move(words), "models");
  });
}

}  // namespace voicestand::app
