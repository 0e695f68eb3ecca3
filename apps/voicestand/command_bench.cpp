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

void add_bench(Command& program) {
  const auto options = std::make_shared<Options>();
  Command& command = program.add_command("bench", "measure the parts of VoiceStand beside the best of others");
  command.add_arguments("SUITE", Command::Need::kOptional, into(options->suites),
                        "ring, pool, simd, vad, pipeline or asr; everything where none is named");
  command.add_option("--json", "FILE", into(options->json_file), "also write the figures to a file, as JSON");
  command.add_option("--html", "DIR", into(options->html_folder),
                     "also write a report with plots, index.html, into a folder");
  command.add_option("--baseline", "FILE", into(options->baseline_file),
                     "tell what has changed since an earlier run's --json FILE");
  command.add_flag("--self-check", options->self_check,
                   "only compare a subject with itself, and count the false alarms");
  command.set_work([options] { return bench(*options); });
}

}  // namespace voicestand::app
