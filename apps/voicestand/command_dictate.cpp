#include <memory>
#include <string>

#include "command.h"
#include "console.h"
#include "signal_watch.h"
#include "version.h"
#include "voicestand/base/clock.h"
#include "voicestand/service/daemon.h"

namespace voicestand::app {
namespace {

ExitCode dictate() {
  auto setup = service::Setup::load();
  if (!setup) return complain(setup.error());
  const SteadyClock clock;
  service::ProgramInfo program = program_info("dictate", setup->paths);
  auto daemon = service::Daemon::create(std::move(*setup), std::move(program), clock);
  if (!daemon) return complain(daemon.error());
  // Being told to end is how a daemon ends: that is no failure.
  const auto watch = SignalWatch::create([&](int) { (*daemon)->quit(); });
  if (!watch) return complain(watch.error());
  remark((*daemon)->ready_text());
  (*daemon)->on_news([](const std::string& news) { remark(news); });
  const auto served = (*daemon)->run();
  return served ? ExitCode::kDone : complain(served.error());
}

}  // namespace

void add_dictate(Command& program) {
  program.add_command("dictate", "the desktop daemon: from the key to the text in the window").set_work(dictate);
}

}  // namespace voicestand::app
