// voicestand-setup: the models on disk, what this machine can do, the settings. A program of its own, so that the one
// that listens has nothing in it that could reach another computer (docs/adr/0014-setup-apart.md).
#include <exception>

#include "console.h"
#include "setup.h"
#include "setup_verbs.h"
#include "signal_watch.h"
#include "voicestand/simd/kernels.h"

namespace {

voicestand::ExitCode run(int argc, char** argv) {
  using namespace voicestand;
  if (const auto forced = simd::check_forced_isa(); !forced) return app::complain(forced.error());
  app::Command program("voicestand", "What is done before one listens.");
  app::add_setup_verbs(program, {.models = app::models, .doctor = app::doctor, .config = app::config});
  return program.run(argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  voicestand::app::SignalWatch::prepare();
  try {
    return static_cast<int>(run(argc, argv));
  } catch (const std::exception& error) {
    voicestand::app::remark(error.what());  // out of memory, most likely
    return static_cast<int>(voicestand::ExitCode::kFailed);
  }
}
