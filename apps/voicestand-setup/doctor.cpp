#include "voicestand/service/doctor.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "console.h"
#include "setup.h"

namespace voicestand::app {
ExitCode doctor(bool json, const std::string& sysroot) {
  const auto findings = service::examine(sysroot);
  std::string text;
  if (json) {
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

}  // namespace voicestand::app
