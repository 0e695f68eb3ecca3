// voicestand-validate: measures now, on this machine, each target that VoiceStand promises. Beside the benchmarks, for
// it measures with what they are made of; `voicestand validate` starts it.
#include <cstdlib>
#include <string>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "bench/program.h"
#include "bench/validate/audio_path.h"
#include "bench/validate/program.h"
#include "bench/validate/validation.h"
#include "console.h"
#include "output_file.h"
#include "voicestand/base/exit_code.h"
#include "voicestand_version.h"

namespace voicestand::bench {
namespace {

struct Options {
  bool json = false;
  std::string report_file;
};

// In the order in which they are told. Those that one run measures are measured together.
Validation validate() {
  using Sense = Target::Sense;
  Target latency{.name = "audio_latency_p99_9_ms", .limit = 5, .unit = "ms"};
  Target release{.name = "release_to_text_p95_ms", .limit = 50, .unit = "ms"};
  Target peak_rss{.name = "peak_rss_mib", .limit = 100, .unit = "MiB"};
  Target carried{.name = "audio_path_memory_mib", .limit = 5, .unit = "MiB"};
  Target allocations{.name = "realtime_allocations", .limit = 0, .unit = ""};
  Target efficiency{.name = "cpu_efficiency_ratio", .limit = 10, .unit = "x", .sense = Sense::kAtLeast};
  Target throughput{.name = "throughput_khz", .limit = 96, .unit = "kHz", .sense = Sense::kAtLeast};
  Target binary{.name = "binary_mib", .limit = 1.4, .unit = "MiB"};
  Target overruns{.name = "overruns", .limit = 0, .unit = ""};

  const auto attempt = [](const Result<void>& done, std::initializer_list<Target*> targets) {
    if (done) return;
    for (Target* const target : targets)
      if (!target->pass) target->leave_open(done.error().message());
  };
  const bool watched = ::isatty(STDERR_FILENO) == 1;
  const auto announce = [&](const char* what) {
    if (watched) app::remark(what);
  };
  announce("measuring the audio path, half a minute");
  attempt(measure_latency_target(latency), {&latency});
  attempt(measure_efficiency(efficiency), {&efficiency});
  attempt(measure_throughput(throughput), {&throughput});
  announce("dictating at the clock's pace, a minute and a half");
  attempt(measure_dictation({.release_to_text = release,
                             .peak_rss = peak_rss,
                             .realtime_allocations = allocations,
                             .overruns = overruns}),
          {&release, &peak_rss, &allocations, &overruns});
  attempt(measure_audio_path_memory(carried), {&carried});
  attempt(measure_binary_size(binary), {&binary});

  Validation validation{
      .machine = Machine::read(),
      .commit = std::string(app::kCommit),
      .targets = {latency, release, peak_rss, carried, allocations, efficiency, throughput, binary, overruns},
      .hardware = {}};
  if (auto hardware = hardware_of_this_machine()) validation.hardware = std::move(*hardware);
  return validation;
}

ExitCode report(const Options& options) {
  // The programs that are started know nothing of what the user has set. No other thread runs yet.
  ::setenv("XDG_CONFIG_HOME", "/nonexistent", 1);  // NOLINT(concurrency-mt-unsafe)
  const Validation validation = validate();
  if (const auto written = app::write_out(options.json ? json_of(validation) : text_of(validation)); !written)
    return app::complain(written.error());
  if (!options.report_file.empty()) {
    if (const auto written = app::write_file(options.report_file, html_of(validation)); !written)
      return app::complain(written.error());
  }
  return validation.missed() ? ExitCode::kFailed : ExitCode::kDone;
}

ExitCode run(int argc, char** argv) {
  CLI::App cli("Measures now, on this machine, what VoiceStand promises.", "voicestand validate");
  Options options;
  cli.add_flag("--json", options.json, "as one JSON object");
  cli.add_option("--report", options.report_file, "also write a page for a browser")->type_name("FILE");
  if (const auto ended = parse(cli, argc, argv)) return *ended;
  return report(options);
}

}  // namespace
}  // namespace voicestand::bench

int main(int argc, char** argv) {
  return voicestand::bench::run_program(voicestand::bench::run, argc, argv);
}
