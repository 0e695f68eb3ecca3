// voicestand-bench: measures the parts of VoiceStand beside the best of others. A program of its own, so that those
// others are never part of voicestand; `voicestand bench` starts it.
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <signal.h>
#include <unistd.h>

#include "bench/report_json.h"
#include "bench/suite.h"
#include "console.h"
#include "output_file.h"
#include "voicestand/base/exit_code.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::bench {
namespace {

struct Options {
  std::vector<std::string> suites;
  std::string json_file;
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

// Said before minutes of measuring, not after.
Result<void> check_output(const std::string& path) {
  if (path.empty()) return {};
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (::access(folder.c_str(), W_OK) == 0) return {};
  return fail(Errc::kIo, "cannot write into this folder", folder, "name another file with --json");
}

ExitCode measure(const Options& options) {
  const auto chosen = chosen_suites(options.suites);
  if (!chosen) return app::complain(chosen.error());
  if (const auto forced = simd::check_forced_isa(); !forced) return app::complain(forced.error());
  if (const auto writable = check_output(options.json_file); !writable) return app::complain(writable.error());

  const bool smoke = std::getenv("VOICESTAND_BENCH_SMOKE") != nullptr;
  Session session(smoke ? Session::Depth::kSmoke : Session::Depth::kFull);
  ExitCode outcome = ExitCode::kDone;
  for (const Suite& suite : *chosen) {
    session.begin_suite(std::string(suite.name));
    if (const auto done = suite.run(session); !done) outcome = app::complain(done.error());
  }
  if (options.json_file.empty()) return outcome;
  const auto written = app::write_file(options.json_file, to_json(session.report()));
  return written ? outcome : app::complain(written.error());
}

ExitCode run(int argc, char** argv) {
  CLI::App cli("Measures the parts of VoiceStand beside the best of others.", "voicestand bench");
  Options options;
  cli.add_option("SUITE", options.suites, "what to measure; everything where none is named");
  cli.add_option("--json", options.json_file, "also write the figures to a file, as JSON")->type_name("FILE");
  try {
    cli.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto written = app::write_out(cli.help());
    return written ? ExitCode::kDone : app::complain(written.error());
  } catch (const CLI::ParseError& error) {
    return app::complain({Errc::kUsage, error.what(), {}, "see 'voicestand bench --help'"});
  }
  return measure(options);
}

}  // namespace
}  // namespace voicestand::bench

int main(int argc, char** argv) {
  using voicestand::ExitCode;
  // Nothing is written before the end, so there is nothing to clean up. Whoever started this may have blocked them.
  sigset_t ending;
  sigemptyset(&ending);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    sigaddset(&ending, number);
    ::signal(number, [](int) { ::_exit(static_cast<int>(ExitCode::kInterrupted)); });
  }
  ::sigprocmask(SIG_UNBLOCK, &ending, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  try {
    return static_cast<int>(voicestand::bench::run(argc, argv));
  } catch (const std::exception& error) {
    voicestand::app::remark(error.what());
    return static_cast<int>(ExitCode::kFailed);
  }
}
