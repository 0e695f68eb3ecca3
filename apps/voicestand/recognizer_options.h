#pragma once

#include "command_line.h"
#include "voicestand/service/composition.h"

namespace voicestand::app {

// --model and --engine. `choice` must live until the command line has been read. Thread: main.
void add_recognizer_options(Command& command, service::RecognizerChoice& choice);

}  // namespace voicestand::app
