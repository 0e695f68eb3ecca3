#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "command.h"
#include "console.h"
#include "voicestand/service/doctor.h"

namespace voicestand::app {
namespace {

struct Options {
  bool json = false;
  std::string sysroot;
};

ExitCode doctor(const Options& options) {
  const auto findings = service::examine(options.sysroot);
  std::string text;
  if (options.json) {
    text = service::findings_json(findings) + "\n";
  } else {
    for (const service::Finding& finding : findings) {
      text += fmt::format("{:<8}{:<22}{}\n", service::name_of(finding.state), finding.name, finding.found);
      if (finding.remedy) text += fmt::format("{:30}{}\n", "", *finding.remedy);
    }
  }
  if (const auto written = write_out(text); !written) return complain(written.error());
  const bool missing = std::ranges::any_of(
      findings, [](const service::Finding& finding) { return finding.state == service::Finding::State::kMissing; });
  return missing ? ExitCode::kMissing : ExitCode::kDone;
}

}  // namespace

void add_doctor(Command& program) {
  const auto options = std::make_shared<Options>();
  Command& command = program.add_command("doctor", "what this machine can do, what is missing, and what would mend it");
  command.add_flag("--json", options->json, "as one JSON object");
  command.add_option("--sysroot", "DIR", into(options->sysroot),
                     "look at the machine whose /proc and /sys lie under this folder");
  command.set_work([options] { return doctor(*options); });
}

}  // namespace voicestand::app
