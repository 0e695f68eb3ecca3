#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "command.h"
#include "console.h"
#include "signal_watch.h"
#include "voicestand/lib/dbus/bus.h"
#include "voicestand/lib/dbus/event_loop.h"
#include "voicestand/service/dictation_interface.h"
#include "voicestand/text/json_writer.h"

namespace voicestand::app {
namespace {

dbus::Bus::Object daemon_object() {
  return {
      .service = service::kDictationName, .path = service::kDictationPath, .interface = service::kDictationInterface};
}

Error explained(Error error) {
  if (error.code != Errc::kServiceMissing || error.where != service::kDictationName) return error;
  return {.code = Errc::kServiceMissing,
          .what = "the daemon does not run",
          .where = {},
          .remedy = "start it with 'voicestand dictate'"};
}

ExitCode call(const std::string& method, std::optional<std::uint64_t> number = std::nullopt) {
  const auto bus = dbus::Bus::open_session(nullptr);
  if (!bus) return complain(bus.error());
  auto done = (*bus)->call(daemon_object(), method, number);
  return done ? ExitCode::kDone : complain(explained(std::move(done.error())));
}

// What the daemon shows of itself in words, and what that is called in JSON.
struct Row {
  const char* name;
  const char* property;
};
constexpr std::array kRows{Row{"state", "State"}, Row{"text", "Text"},   Row{"partial", "Partial"},
                           Row{"error", "Error"}, Row{"model", "Model"}, Row{"backend", "Backend"},
                           Row{"mode", "Mode"}};
enum RowIndex : std::uint8_t { kState, kText, kPartial, kError };

// What the daemon shows of itself.
struct Status {
  std::array<std::optional<std::string>, kRows.size()> texts;
  std::optional<double> release_to_text_ms;
  std::string figures;  // JSON; empty: they are not asked for
};

// Errors: kServiceMissing, kIo.
Result<Status> status_of(dbus::Bus& bus) {
  Status status;
  for (std::size_t row = 0; row < kRows.size(); ++row) {
    auto value = bus.property(daemon_object(), kRows.at(row).property, 's');
    if (!value) return std::unexpected(std::move(value.error()));
    auto& text = std::get<std::string>(*value);
    if (!text.empty()) status.texts.at(row) = std::move(text);
  }
  auto latency = bus.property(daemon_object(), "ReleaseToTextMs", 'd');
  if (!latency) return std::unexpected(std::move(latency.error()));
  const double release_to_text_ms = std::get<double>(*latency);
  if (release_to_text_ms >= 0) status.release_to_text_ms = release_to_text_ms;
  return status;
}

Status stopped() {
  Status status;
  status.texts[kState] = "stopped";
  return status;
}

// With what bars and docks (Waybar's custom modules) look for.
std::string line_of(const Status& status, bool json) {
  const std::string state = status.texts[kState].value_or("");
  if (!json) {
    const auto& said = status.texts[kPartial] ? status.texts[kPartial] : status.texts[kText];
    return state + (said ? "\t" + *said : std::string()) + "\n";
  }
  text::JsonWriter line;
  line.begin_object();
  for (std::size_t row = 0; row < kRows.size(); ++row) line.member(kRows.at(row).name, status.texts.at(row));
  line.member("release_to_text_ms", status.release_to_text_ms);
  line.member("alt", state);
  line.member("class", state);
  line.member("tooltip", status.texts[kError].value_or("VoiceStand: " + state));
  if (!status.figures.empty()) {
    line.key("figures");
    line.raw(status.figures);
  }
  line.end_object();
  return line.finish() + "\n";
}

// A line now and whenever something changes, until interrupted or nobody reads any more.
class Follower {
 public:
  explicit Follower(bool json) : json_(json) {}

  ExitCode run() {
    auto loop = dbus::EventLoop::create();
    if (!loop) return complain(loop.error());
    auto bus = dbus::Bus::open_session(loop->get());
    if (!bus) return complain(bus.error());
    const auto watch = SignalWatch::create([&](int) { (*loop)->quit(); });
    if (!watch) return complain(watch.error());
    const auto say = [&](const auto&...) { tell(**loop, **bus); };
    dbus::Bus::Object properties = daemon_object();
    properties.interface = "org.freedesktop.DBus.Properties";
    // And when the daemon comes or goes.
    const dbus::Bus::Object names{
        .service = "org.freedesktop.DBus", .path = "/org/freedesktop/DBus", .interface = "org.freedesktop.DBus"};
    for (const auto& [object, signal] :
         {std::pair(properties, "PropertiesChanged"), std::pair(names, "NameOwnerChanged")}) {
      if (const auto heard = (*bus)->hear(object, signal, say); !heard) return complain(heard.error());
    }
    tell(**loop, **bus);
    const auto ended = (*loop)->run();
    if (!ended) return complain(ended.error());
    return failure_ ? complain(*failure_) : ExitCode::kInterrupted;
  }

 private:
  void tell(dbus::EventLoop& loop, dbus::Bus& bus) {
    const auto status = status_of(bus);
    const std::string line = line_of(status ? *status : stopped(), json_);
    if (line == last_) return;
    last_ = line;
    if (auto written = write_out(line); !written) {
      failure_ = std::move(written.error());
      loop.quit();
    }
  }

  const bool json_;
  std::string last_;
  std::optional<Error> failure_;
};

// The daemon's report, again and again, until interrupted or nobody reads any more.
ExitCode watch() {
  constexpr std::chrono::milliseconds kBetween{500};
  constexpr const char* kAnew = "\x1b[H\x1b[J";  // what stood there before is taken away
  auto loop = dbus::EventLoop::create();
  if (!loop) return complain(loop.error());
  const auto bus = dbus::Bus::open_session(nullptr);
  if (!bus) return complain(bus.error());
  const auto signals = SignalWatch::create([&](int) { (*loop)->quit(); });
  if (!signals) return complain(signals.error());
  std::optional<Error> failure;
  dbus::EventLoop::WatchPtr next;
  const std::function<void()> tell = [&] {
    auto report = (*bus)->property(daemon_object(), "Report", 's');
    auto shown =
        report ? write_out(kAnew + std::get<std::string>(*report)) : std::unexpected(explained(report.error()));
    auto timer = (*loop)->after(kBetween, tell);
    if (timer) next = std::move(*timer);
    if (shown && timer) return;
    failure = shown ? timer.error() : shown.error();
    (*loop)->quit();
  };
  tell();
  if (!failure)
    if (auto ended = (*loop)->run(); !ended) failure = std::move(ended.error());
  return failure ? complain(*failure) : ExitCode::kInterrupted;
}

ExitCode status(bool follow, bool json) {
  if (follow) return Follower(json).run();
  const auto bus = dbus::Bus::open_session(nullptr);
  if (!bus) return complain(bus.error());
  auto found = status_of(**bus);
  if (!found) return complain(explained(std::move(found.error())));
  if (json) {
    auto figures = (*bus)->property(daemon_object(), "Figures", 's');
    if (!figures) return complain(explained(std::move(figures.error())));
    found->figures = std::move(std::get<std::string>(*figures));
  }
  const auto written = write_out(line_of(*found, json));
  return written ? ExitCode::kDone : complain(written.error());
}

// What was dictated, the newest first.
ExitCode history(bool json) {
  const auto bus = dbus::Bus::open_session(nullptr);
  if (!bus) return complain(bus.error());
  auto lines = (*bus)->property(daemon_object(), json ? "History" : "HistoryText", 's');
  if (!lines) return complain(explained(std::move(lines.error())));
  const auto written = write_out(std::get<std::string>(*lines));
  return written ? ExitCode::kDone : complain(written.error());
}

void add_history(Command& program) {
  struct Options {
    bool json = false;
    bool copy = false;
    int number = 1;
    int retried = 0;  // the last, whether it is in the history or not
  };
  const auto options = std::make_shared<Options>();
  Command& retry = program.add_command("retry", "type what was said last once more, or number N of the history");
  retry.add_argument("N", Command::Need::kOptional, into(options->retried), "1 is the newest");
  retry.set_work([options] {
    if (options->retried == 0) return call("Retry");
    return call("RetryNth", static_cast<std::uint64_t>(std::max(options->retried, 0)));
  });
  Command& shown = program.add_command("history", "what was dictated, the newest first");
  shown.add_flag("--json", options->json, "as JSON, one object a line");
  shown.add_argument("copy", Command::Need::kOptional,
                     one_of({"copy"}, [options](std::size_t) { options->copy = true; }),
                     "put the text on the clipboard instead");
  shown.add_argument("N", Command::Need::kOptional, into(options->number), "whose; 1, the newest, unless given");
  shown.set_work([options] {
    if (!options->copy) return history(options->json);
    return call("CopyNth", static_cast<std::uint64_t>(std::max(options->number, 0)));
  });
  program.add_command("purge", "forget the history, and remove it from the disk").set_work([] {
    return call("Purge");
  });
}

}  // namespace

void add_control(Command& program) {
  struct Verb {
    const char* name;
    const char* method;
    const char* does;
  };
  constexpr std::array kVerbs{Verb{"start", "Start", "begin to dictate"},
                              Verb{"stop", "Stop", "end the dictation: its text is typed"},
                              Verb{"toggle", "Toggle", "begin to dictate, or end it"},
                              Verb{"cancel", "Cancel", "end the dictation: nothing of it is typed"}};
  for (const Verb& verb : kVerbs) {
    program.add_command(verb.name, verb.does).set_work([method = verb.method] { return call(method); });
  }
  add_history(program);
  struct Options {
    bool follow = false;
    bool json = false;
    bool watch = false;
  };
  const auto options = std::make_shared<Options>();
  Command& command = program.add_command("status", "what the daemon is doing");
  command.add_flag("--follow", options->follow, "a line now and whenever something changes");
  command.add_flag("--json", options->json, "as JSON, one object a line");
  command.add_flag("--watch", options->watch, "its latencies and loads, twice a second");
  command.set_work([options] { return options->watch ? watch() : status(options->follow, options->json); });
}

}  // namespace voicestand::app
