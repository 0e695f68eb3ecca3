#pragma once

#include "command_line.h"

namespace voicestand::app {

// Each adds one command, or those of one kind, to the command line.
void add_listen(Command& program);
void add_transcribe(Command& program);
void add_dictate(Command& program);
void add_control(Command& program);
void add_type(Command& program);
void add_keys(Command& program);
void add_setup(Command& program);
void add_bench(Command& program);
void add_validate(Command& program);
void add_completion(Command& program);

}  // namespace voicestand::app
