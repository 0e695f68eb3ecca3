#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace voicestand::app {

// An option that takes one of these words; `chosen` is told which, counted from 0. (CLI11's own are templates, a copy
// for each kind of value.) Thread: main.
CLI::Option* add_choice(CLI::App& command, const std::string& name, std::vector<std::string> words,
                        const std::string& does, std::function<void(std::size_t which)> chosen);

}  // namespace voicestand::app
