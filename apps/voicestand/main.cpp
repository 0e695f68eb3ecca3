#include <exception>

#include "command.h"
#include "console.h"
#include "signal_watch.h"
#include "version.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::app {
namespace {

ExitCode run(int argc, char** argv) {
  if (const auto forced = simd::check_forced_isa(); !forced) return complain(forced.error());
  Command program("voicestand", "Private, real-time voice to text on this computer.");
  program.add_instead(
      "--version",
      [] {
        const auto written = write_out(version_text() + "\n");
        return written ? ExitCode::kDone : complain(written.error());
      },
      "print the version, how it was built and what it can use");
  add_listen(program);
  add_transcribe(program);
  add_dictate(program);
  add_control(program);
  add_type(program);
  add_keys(program);
  add_setup(program);
  add_bench(program);
  add_validate(program);
  add_completion(program);
  return program.run(argc, argv);
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
