#include <memory>
#include <string>
#include <vector>

#include "beside.h"
#include "command.h"

namespace voicestand::app {
namespace {

struct Options {
  bool json = false;
  std::string report_file;
};

ExitCode validate(const Options& options) {
  std::vector<std::string> words;
  if (options.json) words.emplace_back("--json");
  if (!options.report_file.empty()) words.insert(words.end(), {"--report", options.report_file});
  return become("voicestand-validate", std::move(words), "validate");
}

}  // namespace

void add_validate(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("validate", "measure now, on this machine, what VoiceStand promises");
  command->add_flag("--json", options->json, "as one JSON object");
  command->add_option("--report", options->report_file, "also write a page for a browser")->type_name("FILE");
  command->callback([&action, options] { action = [options] { return validate(*options); }; });
}

}  // namespace voicestand::app
