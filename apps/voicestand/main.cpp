#include <exception>
#include <string>

#include <CLI/CLI.hpp>

#include "command.h"
#include "console.h"
#include "signal_watch.h"
#include "version.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::app {
namespace {

ExitCode run(int argc, char** argv) {
  if (const auto forced = simd::check_forced_isa(); !forced) return complain(forced.error());
  CLI::App cli("Private, real-time voice to text on this computer.", "voicestand");
  cli.require_subcommand(1);
  cli.set_version_flag("--version", version_text());
  Action action;
  add_listen(cli, action);
  add_transcribe(cli, action);
  add_dictate(cli, action);
  add_control(cli, action);
  add_type(cli, action);
  add_keys(cli, action);
  add_models(cli, action);
  add_config(cli, action);
  add_bench(cli, action);
  add_validate(cli, action);
  add_doctor(cli, action);
  add_completion(cli, action);

  try {
    cli.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = cli.get_subcommands();
    const auto written = write_out(chosen.empty() ? cli.help() : chosen.front()->help());
    return written ? ExitCode::kDone : complain(written.error());
  } catch (const CLI::CallForAllHelp&) {
    const auto written = write_out(cli.help("", CLI::AppFormatMode::All));
    return written ? ExitCode::kDone : complain(written.error());
  } catch (const CLI::CallForVersion& version) {
    const auto written = write_out(std::string(version.what()) + "\n");
    return written ? ExitCode::kDone : complain(written.error());
  } catch (const CLI::ParseError& error) {
    const auto chosen = cli.get_subcommands();
    const std::string command =
        chosen.empty() ? "voicestand --help" : "voicestand " + chosen.front()->get_name() + " --help";
    return complain({Errc::kUsage, error.what(), {}, "see '" + command + "'"});
  }
  return action ? action() : ExitCode::kUsage;
}

}  // namespace
}  // namespace voicestand::app

int main(int argc, char** argv) {
  voicestand::app::SignalWatch::prepare();
  try {
    return static_cast<int>(voicestand::app::run(argc, argv));
  } catch (const std::exception& error) {
    // Out of memory, most likely: nothing else throws on purpose.
    voicestand::app::remark(error.what());
    return static_cast<int>(voicestand::ExitCode::kFailed);
  }
}
