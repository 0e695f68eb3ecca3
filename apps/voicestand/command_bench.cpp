#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include "command.h"
#include "console.h"
#include "voicestand/lib/posix/sibling_program.h"

namespace voicestand::app {
namespace {

constexpr auto kProgramName = "voicestand-bench";

struct Options {
  std::vector<std::string> suites;
  std::string json_file;
};

// Becomes the other program: its exit code is ours, and so are the signals that it gets.
ExitCode bench(const Options& options) {
  std::vector<std::string> words{posix::sibling_program(kProgramName)};
  if (!options.json_file.empty()) words.insert(words.end(), {"--json", options.json_file});
  words.emplace_back("--");
  words.insert(words.end(), options.suites.begin(), options.suites.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv(arguments.front(), arguments.data());
  return complain({Errc::kServiceMissing, std::string("the benchmark program does not start: ") + std::strerror(errno),
                   words.front(), "build it from a clone with './run bench', or run './test'"});
}

}  // namespace

void add_bench(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("bench", "measure the parts of VoiceStand beside the best of others");
  command
      ->add_option("SUITE", options->suites, "ring, pool, simd, vad, pipeline or asr; everything where none is named")
      ->type_name("SUITE");
  command->add_option("--json", options->json_file, "also write the figures to a file, as JSON")->type_name("FILE");
  command->callback([&action, options] { action = [options] { return bench(*options); }; });
}

}  // namespace voicestand::app
