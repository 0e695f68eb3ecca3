#include <array>
#include <string>

#include <poll.h>

#include "command.h"
#include "console.h"
#include "signal_watch.h"
#include "voicestand/base/clock.h"
#include "voicestand/lib/posix/event_fd.h"
#include "voicestand/service/composition.h"

namespace voicestand::app {
namespace {

ExitCode watch_keys() {
  const auto stop = posix::EventFd::create();
  if (!stop) return complain(stop.error());
  const auto signals = SignalWatch::create([&](int) { stop->raise(); });
  if (!signals) return complain(signals.error());
  const auto setup = service::Setup::load();
  if (!setup) return complain(setup.error());
  const SteadyClock clock;
  const auto keys = service::make_key_watch(setup->config.values.type.layout, clock);
  if (!keys) return complain(keys.error());
  remark("press a key or a mouse button; Ctrl+C in this terminal ends it");
  for (;;) {
    const auto pressed = (*keys)->read();
    if (!pressed) return complain(pressed.error());
    std::string lines;
    for (const std::string& name : *pressed) lines += name + "\n";
    if (const auto written = write_out(lines); !written) return complain(written.error());
    std::array<pollfd, 2> waits{pollfd{.fd = (*keys)->fd(), .events = POLLIN, .revents = 0},
                                pollfd{.fd = stop->fd(), .events = POLLIN, .revents = 0}};
    ::poll(waits.data(), waits.size(), -1);
    if (waits[1].revents != 0) return ExitCode::kInterrupted;
  }
}

}  // namespace

void add_keys(Command& program) {
  program.add_command("keys", "print the keys and mouse buttons that are pressed, in the words that the config takes")
      .set_work(watch_keys);
}

}  // namespace voicestand::app
