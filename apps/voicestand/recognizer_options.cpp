#include "recognizer_options.h"

namespace voicestand::app {

void add_recognizer_options(Command& command, service::RecognizerChoice& choice) {
  command.add_option("--model", "ID", into(choice.model), "the model to use");
  command.add_option(
      "--engine", "ENGINE",
      one_of({"native", "sherpa"}, [&choice](std::size_t which) { choice.engine = which == 0 ? "native" : "sherpa"; }),
      "native or sherpa");
}

}  // namespace voicestand::app
