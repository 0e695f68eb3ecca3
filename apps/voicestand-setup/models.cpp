#include <stop_token>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "console.h"
#include "setup.h"
#include "signal_watch.h"
#include "voicestand/platform/machine.h"
#include "voicestand/service/composition.h"
#include "voicestand/service/model_pull.h"
#include "voicestand/service/model_store.h"

namespace voicestand::app {
namespace {

std::string megabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

ExitCode print(const std::string& text) {
  const auto written = write_out(text);
  return written ? ExitCode::kDone : complain(written.error());
}

// Shows how far a long step is, on standard error where that is a terminal.
class StepLine {
 public:
  StepLine() : terminal_(::isatty(STDERR_FILENO) == 1) {}
  StepLine(const StepLine&) = delete;
  StepLine& operator=(const StepLine&) = delete;
  ~StepLine() { clear(); }

  void show(const std::string& text) {
    if (!terminal_ || text == shown_) return;
    shown_ = text;
    write("\r\x1b[2K" + text);
  }
  void clear() {
    if (terminal_ && !shown_.empty()) write("\r\x1b[2K");
  }

 private:
  static void write(const std::string& text) { (void)!::write(STDERR_FILENO, text.data(), text.size()); }

  bool terminal_;
  std::string shown_;
};

std::string percent_of(std::uint64_t done, std::uint64_t total) {
  return fmt::format("{:3} % of {}", total > 0 ? done * 100 / total : 0, megabytes(total));
}

// Runs `work` with the user's setup and a flag that signals set.
template <typename Work>
ExitCode with_setup(Work work) {
  const auto setup = service::Setup::load();
  if (!setup) return complain(setup.error());
  std::stop_source stop;
  const auto watch = SignalWatch::create([&stop](int) { stop.request_stop(); });
  if (!watch) return complain(watch.error());
  return work(*setup, stop.get_token());
}

ExitCode list() {
  return with_setup([](const service::Setup& setup, const std::stop_token&) {
    std::string text;
    for (const auto& model : setup.models.list()) {
      const auto& manifest = model.manifest;
      const bool used = manifest.id == setup.config.values.recognition.model;
      std::string state = "not installed";
      if (model.state == service::ModelState::kInstalled) state = "installed";
      if (model.state == service::ModelState::kPartial)
        state = percent_of(model.present_bytes, manifest.size_bytes()) + " there";
      text += fmt::format("{} {:<20} {:>9}  {:<20} {}, {}\n", used ? "*" : " ", manifest.id,
                          megabytes(manifest.size_bytes()), state, manifest.title, manifest.licence);
    }
    return print(text);
  });
}

ExitCode pull(const std::string& id) {
  return with_setup([&](const service::Setup& setup, const std::stop_token& stop) {
    const auto manifest = setup.models.manifest(id);
    if (!manifest) return complain(manifest.error());
    const auto mirror = service::models_mirror(setup.config.values.models.mirror, service::Environment::of_process());
    StepLine line;
    const auto outcome = service::pull_model(
        *manifest, {.models_folder = setup.models.folders().own,
                    .mirror = mirror,
                    .stop = stop,
                    .progress = [&](const service::PullProgress& progress) {
                      const char* step = progress.step == service::PullProgress::Step::kVerifying ? "checking"
                                         : progress.step == service::PullProgress::Step::kWaiting ? "trying again"
                                                                                                  : "downloading";
                      line.show(fmt::format("{}  {} {}  {}", id, step, progress.file,
                                            percent_of(progress.done_bytes, progress.total_bytes)));
                    }});
    line.clear();
    if (!outcome) return complain(outcome.error());
    return print(fmt::format("{}: {}\n", id, outcome->already_there ? "already there" : "installed"));
  });
}

ExitCode verify(const std::string& id) {
  return with_setup([&](const service::Setup& setup, const std::stop_token& stop) {
    StepLine line;
    const auto progress = [&](std::uint64_t done, std::uint64_t total) {
      line.show("checking  " + percent_of(done, total));
      return !stop.stop_requested();
    };
    Result<std::vector<service::ModelCheck>> checks;
    if (id.empty()) {
      checks = setup.models.verify_all(progress);
    } else if (auto check = setup.models.verify(id, progress)) {
      checks = std::vector{std::move(*check)};
    } else {
      checks = std::unexpected(std::move(check.error()));
    }
    line.clear();
    if (!checks) return complain(checks.error());
    std::string text;
    ExitCode code = ExitCode::kDone;
    for (const auto& check : *checks) {
      text += fmt::format("{}: {}\n", check.id, check.good() ? "good" : "damaged");
      for (const auto& file : check.files) {
        if (file.error) code = complain(*file.error);
      }
    }
    const ExitCode printed = print(text);
    return code == ExitCode::kDone ? printed : ExitCode::kRefused;
  });
}

ExitCode remove(const std::string& id) {
  return with_setup([&](const service::Setup& setup, const std::stop_token&) {
    const auto freed = setup.models.remove(id);
    if (!freed) return complain(freed.error());
    return print(fmt::format("{}: removed, {} freed\n", id, megabytes(*freed)));
  });
}

ExitCode use(const std::string& id) {
  return with_setup([&](const service::Setup& setup, const std::stop_token&) {
    if (const auto used = setup.models.use(id, setup.paths.config_file()); !used) return complain(used.error());
    return print(fmt::format("{}: in use\n", id));
  });
}

ExitCode recommend() {
  const auto machine = platform::read_machine();
  if (!machine) return complain(machine.error());
  const auto recommended =
      service::recommend_model(static_cast<unsigned>(machine->usable_cores), machine->total_memory_bytes);
  return print(fmt::format("{}: {}\n", recommended.id, recommended.reason));
}

}  // namespace

ExitCode models(const std::string& verb, const std::string& id) {
  if (verb == "list") return list();
  if (verb == "pull") return pull(id);
  if (verb == "verify") return verify(id);
  if (verb == "remove") return remove(id);
  return verb == "use" ? use(id) : recommend();
}

}  // namespace voicestand::app
