#include <memory>
#include <string>

#include "command.h"
#include "console.h"
#include "voicestand/service/config.h"
#include "voicestand/service/paths.h"

namespace voicestand::app {
namespace {

Result<std::string> config_file(const std::string& chosen) {
  if (!chosen.empty()) return chosen;
  const auto paths = service::Paths::from(service::Environment::of_process());
  if (!paths) return std::unexpected(paths.error());
  return paths->config_file().string();
}

ExitCode complain_of_all(const service::ConfigErrors& errors) {
  ExitCode code = ExitCode::kRefused;
  for (const Error& error : errors) code = complain(error);
  return code;
}

ExitCode check(const std::string& chosen) {
  const auto file = config_file(chosen);
  if (!file) return complain(file.error());
  const auto config = service::load_config(*file);
  if (!config) return complain_of_all(config.error());
  if (!config->file_exists && !chosen.empty()) {
    return complain({Errc::kNotFound, "no such file", *file, "give the path of a configuration file"});
  }
  const auto written =
      write_out(config->file_exists ? *file + ": good\n" : *file + ": not there, so all settings are the defaults\n");
  return written ? ExitCode::kDone : complain(written.error());
}

ExitCode show() {
  const auto file = config_file({});
  if (!file) return complain(file.error());
  const auto config = service::load_config(*file);
  if (!config) return complain_of_all(config.error());
  const auto written = write_out(service::show_config(*config));
  return written ? ExitCode::kDone : complain(written.error());
}

ExitCode path() {
  const auto file = config_file({});
  if (!file) return complain(file.error());
  const auto written = write_out(*file + "\n");
  return written ? ExitCode::kDone : complain(written.error());
}

}  // namespace

void add_config(Command& program) {
  Command& config = program.add_command("config", "the settings");
  const auto file = std::make_shared<std::string>();
  Command& check_command = config.add_command("check", "say what is wrong with the configuration file");
  check_command.add_argument("FILE", Command::Need::kOptional, into(*file), "another file than the one in use");
  check_command.set_work([file] { return check(*file); });
  config.add_command("show", "print the settings in force, with their explanations, as TOML").set_work(show);
  config.add_command("path", "print where the configuration file is").set_work(path);
}

}  // namespace voicestand::app
