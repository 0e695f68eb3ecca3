#include "models_verbs.h"

#include <memory>
#include <utility>

namespace voicestand::app {

void add_models_verbs(Command& models, std::function<ExitCode(std::size_t verb, const std::string& id)> work) {
  const auto shared = std::make_shared<decltype(work)>(std::move(work));
  for (std::size_t verb = 0; verb < kModelsVerbs.size(); ++verb) {
    const ModelsVerb& its = kModelsVerbs.at(verb);
    const auto id = std::make_shared<std::string>();
    Command& command = models.add_command(its.name, its.does);
    if (its.takes_id) command.add_argument("ID", its.need, into(*id), "the model");
    command.set_work([verb, id, shared] { return (*shared)(verb, *id); });
  }
}

}  // namespace voicestand::app
