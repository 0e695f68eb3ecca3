// voicestand-bench: measures the parts of VoiceStand beside the best of others. A program of its own, so that those
// others are never part of voicestand; `voicestand bench` starts it.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "bench/earlier.h"
#include "bench/program.h"
#include "bench/report_html.h"
#include "bench/report_json.h"
#include "bench/self_check.h"
#include "bench/suite.h"
#include "command_line.h"
#include "console.h"
#include "output_file.h"
#include "voicestand/base/exit_code.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::bench {
namespace {

struct Options {
  std::vector<std::string> suites;
  std::string json_file;
  std::string html_folder;
  std::string baseline_file;
  bool self_check = false;
  bool quick = false;
  bool counted = false;
};

Result<std::vector<Suite>> chosen_suites(const std::vector<std::string>& names) {
  std::string known;
  for (const Suite& suite : suites()) known += (known.empty() ? "" : ", ") + std::string(suite.name);
  for (const std::string& name : names) {
    if (std::ranges::find(suites(), name, &Suite::name) == suites().end())
      return fail(Errc::kUsage, "there is no suite '" + name + "'", {}, "choose among " + known);
  }
  std::vector<Suite> chosen;
  for (const Suite& suite : suites()) {
    if (names.empty() || std::ranges::find(names, suite.name) != names.end()) chosen.push_back(suite);
  }
  return chosen;
}

// Makes the folder where there is none.
Result<void> check_html_folder(const std::string& folder) {
  if (folder.empty()) return {};
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return fail(Errc::kIo, failed.message(), folder, "name another with --html");
  return check_output(folder + "/", "--html");
}

Result<std::optional<Earlier>> read_baseline(const std::string& path) {
  if (path.empty()) return std::nullopt;
  auto earlier = read_earlier(path);
  if (!earlier) return std::unexpected(std::move(earlier.error()));
  return std::move(*earlier);
}

Result<void> write_reports(const Options& options, const Report& report) {
  if (!options.json_file.empty()) {
    if (auto written = app::write_file(options.json_file, to_json(report)); !written) return written;
  }
  if (options.html_folder.empty()) return {};
  return app::write_file(options.html_folder + "/index.html", to_html(report));
}

ExitCode check_self() {
  constexpr int kExperiments = 1'000;
  const FalseAlarms alarms = check_itself(kExperiments);
  const auto written = app::write_out(text_of(alarms));
  if (!written) return app::complain(written.error());
  return alarms.allowed(alarms.in_turns) && alarms.allowed(alarms.of_ratios) ? ExitCode::kDone : ExitCode::kFailed;
}

Session::Depth depth_of(const Options& options) {
  if (std::getenv("VOICESTAND_BENCH_SMOKE") != nullptr) return Session::Depth::kSmoke;
  if (options.counted) return Session::Depth::kCounted;
  return options.quick ? Session::Depth::kQuick : Session::Depth::kFull;
}

ExitCode measure(const Options& options) {
  const auto chosen = chosen_suites(options.suites);
  if (!chosen) return app::complain(chosen.error());
  if (const auto forced = simd::check_forced_isa(); !forced) return app::complain(forced.error());
  if (const auto writable = check_output(options.json_file, "--json"); !writable)
    return app::complain(writable.error());
  if (const auto writable = check_html_folder(options.html_folder); !writable) return app::complain(writable.error());
  auto baseline = read_baseline(options.baseline_file);
  if (!baseline) return app::complain(baseline.error());

  Session session(depth_of(options), std::move(*baseline));
  ExitCode outcome = ExitCode::kDone;
  for (const Suite& suite : *chosen) {
    session.begin_suite(std::string(suite.name));
    if (const auto done = suite.run(session); !done) outcome = app::complain(done.error());
  }
  const auto written = write_reports(options, session.report());
  return written ? outcome : app::complain(written.error());
}

ExitCode run(int argc, char** argv) {
  app::Command program("voicestand bench", "Measures the parts of VoiceStand beside the best of others.");
  Options options;
  program.add_arguments("SUITE", app::Command::Need::kOptional, app::into(options.suites),
                        "what to measure; everything where none is named");
  program.add_option("--json", "FILE", app::into(options.json_file), "also write the figures to a file, as JSON");
  program.add_option("--html", "DIR", app::into(options.html_folder),
                     "also write a report with plots, index.html, into a folder");
  program.add_option("--baseline", "FILE", app::into(options.baseline_file),
                     "tell what has changed since an earlier run's --json FILE");
  program.add_flag("--self-check", options.self_check,
                   "only compare a subject with itself, and count the false alarms");
  program.add_flag("--quick", options.quick,
                   "ours alone, in seconds: one of the many runs by which builds are compared");
  program.add_flag("--counted", options.counted, "ours alone, as many iterations each time: for counting instructions");
  program.set_work([&options] { return options.self_check ? check_self() : measure(options); });
  return program.run(argc, argv);
}

}  // namespace
}  // namespace voicestand::bench

int main(int argc, char** argv) {
  return voicestand::bench::run_program(voicestand::bench::run, argc, argv);
}
