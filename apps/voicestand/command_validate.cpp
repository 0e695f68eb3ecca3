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

void add_validate(Command& program) {
  const auto options = std::make_shared<Options>();
  Command& command = program.add_command("validate", "measure now, on this machine, what VoiceStand promises");
  command.add_flag("--json", options->json, "as one JSON object");
  command.add_option("--report", "FILE", into(options->report_file), "also write a page for a browser");
  command.set_work([options] { return validate(*options); });
}

}  // namespace voicestand::app
