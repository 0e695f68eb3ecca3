#include <memory>
#include <string>
#include <vector>

#include "beside.h"
#include "command.h"

namespace voicestand::app {
namespace {

struct Options {
  std::vector<std::string> suites;
  std::string json_file;
  std::string html_folder;
  std::string baseline_file;
  bool self_check = false;
};

ExitCode bench(const Options& options) {
  std::vector<std::string> words;
  if (!options.json_file.empty()) words.insert(words.end(), {"--json", options.json_file});
  if (!options.html_folder.empty()) words.insert(words.end(), {"--html", options.html_folder});
  if (!options.baseline_file.empty()) words.insert(words.end(), {"--baseline", options.baseline_file});
  if (options.self_check) words.emplace_back("--self-check");
  words.emplace_back("--");
  words.insert(words.end(), options.suites.begin(), options.suites.end());
  return become("voicestand-bench", std::move(words), "bench");
}

}  // namespace

void add_bench(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("bench", "measure the parts of VoiceStand beside the best of others");
  command
      ->add_option("SUITE", options->suites, "ring, pool, simd, vad, pipeline or asr; everything where none is named")
      ->type_name("SUITE");
  command->add_option("--json", options->json_file, "also write the figures to a file, as JSON")->type_name("FILE");
  command->add_option("--html", options->html_folder, "also write a report with plots, index.html, into a folder")
      ->type_name("DIR");
  command->add_option("--baseline", options->baseline_file, "tell what has changed since an earlier run's --json FILE")
      ->type_name("FILE");
  command->add_flag("--self-check", options->self_check,
                    "only compare a subject with itself, and count the false alarms");
  command->callback([&action, options] { action = [options] { return bench(*options); }; });
}

}  // namespace voicestand::app
