// voicestand-validate: measures now, on this machine, each target that VoiceStand promises. Beside the benchmarks, for
// it measures with what they are made of; `voicestand validate` starts it.
#include <string>

#include <unistd.h>

#include "bench/program.h"
#include "bench/promises.h"
#include "bench/validate/audio_path.h"
#include "bench/validate/program.h"
#include "bench/validate/validation.h"
#include "command_line.h"
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
  Target latency{.promise = promises::kAudioLatency};
  Target release{.promise = promises::kReleaseToText};
  Target peak_rss{.promise = promises::kPeakRss};
  Target carried{.promise = promises::kAudioPathMemory};
  Target allocations{.promise = promises::kRealtimeAllocations};
  Target efficiency{.promise = promises::kCpuEfficiency};
  Target throughput{.promise = promises::kThroughput};
  Target binary{.promise = promises::kBinary};
  Target overruns{.promise = promises::kOverruns};

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
  if (const auto writable = check_output(options.report_file, "--report"); !writable)
    return app::complain(writable.error());
  hide_user_folders();
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
  app::Command program("voicestand validate", "Measures now, on this machine, what VoiceStand promises.");
  Options options;
  program.add_flag("--json", options.json, "as one JSON object");
  program.add_option("--report", "FILE", app::into(options.report_file), "also write a page for a browser");
  program.set_work([&options] { return report(options); });
  return program.run(argc, argv);
}

}  // namespace
}  // namespace voicestand::bench

int main(int argc, char** argv) {
  return voicestand::bench::run_program(voicestand::bench::run, argc, argv);
}
