#pragma once

#include <functional>

#include <CLI/CLI.hpp>

#include "voicestand/base/exit_code.h"

namespace voicestand::app {

// What the parsed command line asks for.
using Action = std::function<ExitCode()>;

// Each adds one command to the command line; when it is chosen, `action` becomes its work.
void add_listen(CLI::App& app, Action& action);
void add_transcribe(CLI::App& app, Action& action);
void add_dictate(CLI::App& app, Action& action);
void add_control(CLI::App& app, Action& action);
void add_type(CLI::App& app, Action& action);
void add_keys(CLI::App& app, Action& action);
void add_models(CLI::App& app, Action& action);
void add_config(CLI::App& app, Action& action);
void add_bench(CLI::App& app, Action& action);
void add_validate(CLI::App& app, Action& action);
void add_doctor(CLI::App& app, Action& action);
void add_completion(CLI::App& app, Action& action);

}  // namespace voicestand::app
