#include "voicestand/service/config.h"

#include <string>

#include "console.h"
#include "setup.h"
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

ExitCode config(const std::string& verb, const std::string& file) {
  if (verb == "check") return check(file);
  return verb == "show" ? show() : path();
}

}  // namespace voicestand::app
