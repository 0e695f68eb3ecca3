#include "voicestand/service/daemon.h"

#include <array>
#include <chrono>
#include <filesystem>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "voicestand/lib/posix/core_files.h"
#include "voicestand/service/dictation_interface.h"
#include "voicestand/service/dictation_settings.h"

namespace voicestand::service {
namespace {

constexpr std::array<std::string_view, 3> kStates{"idle", "listening", "finishing"};
constexpr std::array<Watch::State, 3> kWatched{Watch::State::kIdle, Watch::State::kListening, Watch::State::kFinishing};
constexpr std::array<std::string_view, 4> kOutcomes{"typed", "window_changed", "secret", "failed"};

// Why something that was said has not been typed; empty: it has.
std::string_view reason_for(Dictation::Spoken::Outcome outcome) {
  switch (outcome) {
    case Dictation::Spoken::Outcome::kTyped:
      return {};
    case Dictation::Spoken::Outcome::kWindowChanged:
      return "another window has the focus";
    case Dictation::Spoken::Outcome::kSecret:
      return "a password is asked for";
    case Dictation::Spoken::Outcome::kFailed:
      return "typing failed";
  }
  return {};
}

Result<std::unique_ptr<audio::AudioSource>> make_microphone(const Setup& setup, const Clock& clock) {
  std::optional<Error> error;
  for (const std::string& input : input_candidates(setup, {})) {
    auto source = make_source(setup, input, {}, clock);
    if (source) return source;
    error = std::move(source.error());
  }
  return std::unexpected(std::move(*error));
}

}  // namespace

Result<std::unique_ptr<Daemon>> Daemon::create(Setup setup, ProgramInfo program, const Clock& clock) {
  posix::forbid_core_files();  // what was said is in its memory
  auto loop = dbus::EventLoop::create();
  if (!loop) return std::unexpected(std::move(loop.error()));
  auto text_sink = make_text_sink(setup.config.values.type);
  if (!text_sink) return std::unexpected(std::move(text_sink.error()));
  auto recognition = make_recognition(setup, recognizer_choice(setup.config.values));
  if (!recognition) return std::unexpected(std::move(recognition.error()));
  std::unique_ptr<Daemon> daemon(new Daemon(std::move(setup), std::move(program), clock, std::move(*loop),
                                            std::move(*recognition), std::move(*text_sink)));
  if (auto started = daemon->start(); !started) return std::unexpected(std::move(started.error()));
  return daemon;
}

Daemon::Daemon(Setup setup, ProgramInfo program, const Clock& clock, std::unique_ptr<dbus::EventLoop> loop,
               Recognition recognition, std::unique_ptr<desktop::TextSink> text_sink)
    : setup_(std::move(setup)),
      clock_(clock),
      loop_(std::move(loop)),
      recognition_(std::move(recognition)),
      text_sink_(std::move(text_sink)),
      activation_(activation_config(setup_.config.values)),
      watch_(std::move(program), clock) {}

Daemon::~Daemon() = default;

Result<void> Daemon::start() {
  if (auto served = serve(); !served) return served;
  if (auto focus = dbus::PasswordFocus::watch(*loop_)) password_focus_ = std::move(*focus);
  if (auto clipboard = make_clipboard()) clipboard_ = std::move(*clipboard);
  watch_config();
  take_keys();
  let_watch();
  make_regulator();
  make_history();
  return make_dictation();
}

void Daemon::take_keys() {
  talk_key_.reset();
  no_key_.reset();
  const std::string& chord = setup_.config.values.dictate.key;
  if (chord.empty()) return;
  auto key = listen_for(chord, true, [this](const desktop::TriggerEvent& event) {
    const bool pressed = event.kind == desktop::TriggerEvent::Kind::kPressed;
    follow(pressed ? activation_.pressed(event.at) : activation_.released(event.at));
  });
  if (key) {
    talk_key_ = std::move(*key);
  } else {
    no_key_ = std::move(key.error());
  }
}

// Without it everything else works.
void Daemon::let_watch() {
  const auto& choice = setup_.config.values.watch;
  watch_.stop_serving();
  if (choice.http.empty()) return;
  if (const auto served = watch_.serve(choice.http, choice.token); !served)
    show(&Shown::error, "Error", served.error().message());
}

// While one dictates it is ours, and else everybody's.
void Daemon::watch_cancel_key(bool dictating) {
  const std::string& chord = setup_.config.values.dictate.cancel_key;
  if (!dictating || chord.empty()) {
    cancel_key_.reset();
  } else if (!cancel_key_) {
    auto key = listen_for(chord, false, [this](const desktop::TriggerEvent& event) {
      if (event.kind == desktop::TriggerEvent::Kind::kPressed) cancel();
    });
    if (key) cancel_key_ = std::move(*key);
  }
}

Result<std::unique_ptr<HotKey>> Daemon::listen_for(const std::string& chord, bool lasting,
                                                   std::function<void(const desktop::TriggerEvent&)> heard) {
  return HotKey::listen({.chord = chord, .lasting = lasting, .layout = setup_.config.values.type.layout},
                        {.heard = std::move(heard),
                         .trouble = [this](const Error& error) { show(&Shown::error, "Error", error.message()); }},
                        *loop_, clock_);
}

// Nobody dictates.
void Daemon::make_regulator() {
  watch_.show(nullptr);
  regulator_ = service::make_regulator(setup_.config.values, clock_, [this](const Regulator::Reading& reading) {
    loop_->post([this, text = text_of(reading)] {
      if (news_) news_(text);
    });
  });
  watch_.show(regulator_.get());
}

// Nobody dictates. Without it everything else works.
void Daemon::make_history() {
  history_.reset();  // the folder is let go before it is taken again
  history_.emplace(setup_.config.values.history, setup_.paths, clock_, [this](const Error& error) {
    loop_->post([this, message = error.message()] {
      show(&Shown::error, "Error", message);
      bus_->notify("What is said is not kept on the disk", message);
    });
  });
}

Result<void> Daemon::make_dictation() {
  dictation_.reset();  // the microphone is let go before it is opened again
  Dictation::Config config = dictation_config(setup_.config.values);
  if (regulator_) config.captions.restraint = &regulator_->restraint();
  auto dictation =
      Dictation::create(config, {.recognizer = *recognition_.recognizer,
                                 .text_sink = *text_sink_,
                                 .observer = *this,
                                 .clock = clock_,
                                 .make_source = [this] { return make_microphone(setup_, clock_); },
                                 .make_detector = [this] { return make_detector(setup_); },
                                 .realtime_brokers = realtime_brokers(),
                                 .clipboard = clipboard_.get(),
                                 .watcher = &watch_,
                                 .password_asked = [this] { return password_focus_ && password_focus_->here(); },
                                 .scribe = history_->scribe()});
  if (!dictation) return std::unexpected(std::move(dictation.error()));
  dictation_ = std::move(*dictation);
  if (Scribe* const scribe = history_->scribe()) {
    for (journal::Utterance& utterance : scribe->take_unfinished()) dictation_->recover(std::move(utterance));
  }
  return {};
}

// Without it the file is read at the start alone.
void Daemon::watch_config() {
  std::error_code ignored;
  std::filesystem::create_directories(setup_.paths.config, ignored);
  auto watch = posix::FileWatch::on(setup_.paths.config_file());
  if (!watch) return;
  config_watch_.emplace(std::move(*watch));
  // Editors write in several steps.
  constexpr std::chrono::milliseconds kSettled{50};
  auto changed = loop_->when_readable(config_watch_->fd(), [this, kSettled] {
    if (!config_watch_->changed()) return;
    if (auto timer = loop_->after(kSettled, [this] { reload(); })) config_settles_ = std::move(*timer);
  });
  if (changed) config_changed_ = std::move(*changed);
}

void Daemon::reload() {
  auto config = load_config(setup_.paths.config_file());
  if (!config) return show(&Shown::error, "Error", config.error().front().message());
  reload_when_idle_ = shown_.state != kStates.front();
  if (reload_when_idle_) return;
  if (auto applied = apply(std::move(*config)); !applied)
    return show(&Shown::error, "Error", applied.error().message());
  show(&Shown::error, "Error", {});
}

// What it takes is made before anything of the old is let go.
Result<void> Daemon::apply(LoadedConfig config) {
  const Config& before = setup_.config.values;
  const Config& after = config.values;
  Setup setup{.paths = setup_.paths, .config = config, .models = setup_.models};
  std::unique_ptr<desktop::TextSink> text_sink;
  if (before.type.backend != after.type.backend || before.type.layout != after.type.layout) {
    auto made = make_text_sink(after.type);
    if (!made) return std::unexpected(std::move(made.error()));
    text_sink = std::move(*made);
  }
  const auto settings = [](const Config& its) {
    return std::tie(its.recognition.model, its.recognition.engine, its.recognition.threads,
                    its.segmentation.max_segment, its.vocabulary.words);
  };
  std::optional<Recognition> recognition;
  if (settings(before) != settings(after)) {
    auto made = make_recognition(setup, recognizer_choice(after));
    if (!made) return std::unexpected(std::move(made.error()));
    recognition = std::move(*made);
  }
  dictation_.reset();
  const bool governed_otherwise = before.recognition.governor != after.recognition.governor;
  const bool watched_otherwise =
      std::tie(before.watch.http, before.watch.token) != std::tie(after.watch.http, after.watch.token);
  const auto remembered = [](const Config& its) {
    return std::tie(its.history.enabled, its.history.audio, its.history.days, its.history.megabytes);
  };
  const bool remembered_otherwise = remembered(before) != remembered(after);
  setup_.config = std::move(setup.config);
  if (remembered_otherwise) make_history();
  if (watched_otherwise) let_watch();
  if (governed_otherwise) make_regulator();
  if (text_sink) text_sink_ = std::move(text_sink);
  if (recognition) recognition_ = std::move(*recognition);
  activation_ = desktop::Activation(activation_config(setup_.config.values));
  take_keys();
  for (const char* property : {"Mode", "Model", "Backend"})
    (void)bus_->tell_changed(kDictationPath, kDictationInterface, property);
  return make_dictation();
}

Result<void> Daemon::serve() {
  auto bus = dbus::Bus::open_session(loop_.get());
  if (!bus) return std::unexpected(std::move(bus.error()));
  bus_ = std::move(*bus);
  if (auto served = bus_->serve(kDictationPath, interface()); !served) return served;
  auto claimed = bus_->claim(kDictationName);
  if (!claimed && claimed.error().code == Errc::kUsage)
    return fail(Errc::kUsage, "it runs already", "dictate", "see 'voicestand status'");
  return claimed;
}

dbus::Interface Daemon::interface() {
  const auto done = [](auto work) {
    return [work]() -> Result<void> {
      work();
      return {};
    };
  };
  return {
      .name = kDictationInterface,
      .methods = {{.name = "Start", .call = done([this] { begin(); })},
                  {.name = "Stop", .call = done([this] { end(); })},
                  {.name = "Toggle", .call = done([this] { toggle(); })},
                  {.name = "Cancel", .call = done([this] { cancel(); })},
                  {.name = "Retry", .call = [this] { return retry(); }},
                  {.name = "RetryNth",
                   .call_numbered = [this](std::uint64_t n) { return retry(n); },
                   .argument = "n\0"},
                  {.name = "CopyNth", .call_numbered = [this](std::uint64_t n) { return copy(n); }, .argument = "n\0"},
                  {.name = "Purge", .call = [this] { return purge(); }}},
      .properties = {{.name = "State", .type = "s", .value = [this] { return shown_.state; }},
                     {.name = "Partial", .type = "s", .value = [this] { return shown_.partial; }},
                     {.name = "Text", .type = "s", .value = [this] { return shown_.text; }},
                     {.name = "Error", .type = "s", .value = [this] { return shown_.error; }},
                     {.name = "ReleaseToTextMs", .type = "d", .value = [this] { return shown_.release_to_text_ms; }},
                     {.name = "Figures", .type = "s", .value = [this] { return watch_.state_text(0); }},
                     {.name = "Report", .type = "s", .value = [this] { return watch_.report(); }},
                     {.name = "History", .type = "s", .value = [this] { return history_->json().value_or(""); }},
                     {.name = "HistoryText", .type = "s", .value = [this] { return history_->text(); }},
                     {.name = "Watched", .type = "s", .value = [this] { return watch_.url().value_or(""); }},
                     {.name = "Mode", .type = "s", .value = [this] { return setup_.config.values.dictate.mode; }},
                     {.name = "Model", .type = "s", .value = [this] { return recognition_.recognizer->info().model; }},
                     {.name = "Backend", .type = "s", .value = [this] { return std::string(text_sink_->name()); }}},
      .signals = {{.name = "PartialText", .types = "st", .arguments = "text\0stable_chars\0"},
                  {.name = "FinalText", .types = "ss", .arguments = "text\0outcome\0"}}};
}

std::string Daemon::ready_text() const {
  const auto& dictate = setup_.config.values.dictate;
  const std::string how =
      talk_key_ ? dictate.key : "'voicestand toggle'" + (no_key_ ? " (" + no_key_->message() + ")" : std::string());
  const auto url = watch_.url();
  return fmt::format("{} is loaded; {} dictates, and text goes out by {}{}", recognition_.recognizer->info().model, how,
                     text_sink_->name(), url ? "; watch it at " + *url : "");
}

void Daemon::on_news(std::function<void(const std::string&)> told) {
  news_ = std::move(told);
  watch_.keep_watch([this](const Alert& alert) {
    loop_->post([this, alert] {
      if (alert.state == Alert::State::kFiring) bus_->notify(std::string(alert.name), std::string(alert.message));
      news_(text_of(alert));
    });
  });
}

Result<void> Daemon::run() {
  return loop_->run();
}

void Daemon::begin() {
  if (!dictation_) return;
  longest_.reset();
  tail_.reset();
  activation_.begun_otherwise();
  const bool continuous = mode_of(setup_.config.values) == desktop::Mode::kContinuous;
  dictation_->begin(continuous);
  const auto limit = setup_.config.values.dictate.max_duration;
  if (limit.count() > 0 && !continuous) {
    if (auto timer = loop_->after(limit, [this] { end(); })) longest_ = std::move(*timer);
  }
}

void Daemon::end() {
  longest_.reset();
  activation_.ended_otherwise();
  if (!dictation_ || !dictation_->release()) return;
  if (auto timer = loop_->after(setup_.config.values.microphone.tail, [this] { dictation_->end(); })) {
    tail_ = std::move(*timer);
  } else {
    dictation_->end();
  }
}

void Daemon::toggle() {
  if (activation_.on()) {
    end();
  } else {
    begin();
  }
}

void Daemon::follow(desktop::Activation::Command command) {
  switch (command) {
    case desktop::Activation::Command::kBegin:
      return begin();
    case desktop::Activation::Command::kEnd:
      return end();
    case desktop::Activation::Command::kNone:
      return;
  }
}

void Daemon::cancel() {
  longest_.reset();
  tail_.reset();
  activation_.ended_otherwise();
  if (shown_.state != kStates.front()) sound(desktop::Cue::kCancel);
  if (dictation_) dictation_->cancel();
}

Result<void> Daemon::retry() {
  if (shown_.text.empty() || !dictation_) return fail(Errc::kNotFound, "nothing has been dictated yet");
  dictation_->type(shown_.text, std::nullopt);
  return {};
}

Result<void> Daemon::retry(std::uint64_t n) {
  auto utterance = history_->nth(n);
  if (!utterance) return std::unexpected(std::move(utterance.error()));
  if (!dictation_) return fail(Errc::kNotFound, "there is no microphone");
  if (utterance->text) {
    dictation_->type(*utterance->text, utterance->id);
  } else {
    dictation_->recover(std::move(*utterance));
  }
  return {};
}

Result<void> Daemon::copy(std::uint64_t n) {
  auto utterance = history_->nth(n);
  if (!utterance) return std::unexpected(std::move(utterance.error()));
  if (!utterance->text) return fail(Errc::kNotFound, "its words are not known", {}, "say 'voicestand retry' first");
  if (!clipboard_ || !dictation_)
    return fail(Errc::kServiceMissing, "this session has no clipboard that programs may use unseen");
  dictation_->copy(*utterance->text);
  return {};
}

Result<void> Daemon::purge() {
  show(&Shown::text, "Text", {});
  return history_->purge();
}

void Daemon::sound(desktop::Cue cue) {
  if (!setup_.config.values.dictate.sounds) return;
  sounds_.play(cue);
  constexpr std::chrono::seconds kHeard{1};
  if (auto timer = loop_->after(kHeard, [this] { sounds_.rest(); })) sounds_rest_ = std::move(*timer);
}

void Daemon::show(std::string Shown::* what, const char* property, std::string value) {
  if (shown_.*what == value) return;
  shown_.*what = std::move(value);
  (void)bus_->tell_changed(kDictationPath, kDictationInterface, property);
}

void Daemon::on_state(Dictation::State state) {
  watch_.set_state(kWatched.at(static_cast<std::size_t>(state)));
  loop_->post([this, state] {
    if (regulator_) regulator_->set_hearing(state != Dictation::State::kIdle);
    // In the order in which it came about, whatever the key did meanwhile.
    if (state == Dictation::State::kListening) {
      activation_.begun_otherwise();
      show(&Shown::error, "Error", {});
      if (shown_.state != kStates[1]) sound(desktop::Cue::kStart);
    }
    if (state != Dictation::State::kListening) activation_.ended_otherwise();
    if (state == Dictation::State::kFinishing) sound(desktop::Cue::kStop);
    watch_cancel_key(state == Dictation::State::kListening);
    show(&Shown::partial, "Partial", {});
    show(&Shown::state, "State", std::string(kStates.at(static_cast<std::size_t>(state))));
    if (state == Dictation::State::kIdle && reload_when_idle_) reload();
  });
}

void Daemon::on_partial(const pipeline::Partial& partial) {
  loop_->post([this, text = partial.text, stable = std::uint64_t{partial.stable_chars}] {
    show(&Shown::partial, "Partial", text);
    (void)bus_->tell(kDictationPath, kDictationInterface, "PartialText", std::array<dbus::Value, 2>{text, stable});
  });
}

void Daemon::on_spoken(const Dictation::Spoken& spoken) {
  watch_.typed(kOutcomes.at(static_cast<std::size_t>(spoken.outcome)), spoken.injection_ms, spoken.release_to_text_ms);
  loop_->post([this, spoken] {
    if (spoken.release_to_text_ms) {
      shown_.release_to_text_ms = *spoken.release_to_text_ms;
      (void)bus_->tell_changed(kDictationPath, kDictationInterface, "ReleaseToTextMs");
    }
    show(&Shown::partial, "Partial", {});
    show(&Shown::text, "Text", spoken.text);
    const std::string outcome(kOutcomes.at(static_cast<std::size_t>(spoken.outcome)));
    const std::string_view why = reason_for(spoken.outcome);
    // What was meant for a password field is not for the screen.
    const std::string shown = spoken.outcome == Dictation::Spoken::Outcome::kSecret ? "" : spoken.text + "\n";
    if (!why.empty())
      bus_->notify("Not typed: " + std::string(why),
                   shown + (spoken.on_clipboard ? "(it is on the clipboard)" : "(voicestand retry types it)"));
    (void)bus_->tell(kDictationPath, kDictationInterface, "FinalText",
                     std::array<dbus::Value, 2>{spoken.text, outcome});
  });
}

void Daemon::on_warning(const std::string& message) {
  loop_->post([this, message] { show(&Shown::error, "Error", message); });
}

void Daemon::on_recovered(const std::string& text) {
  loop_->post([this, text] {
    show(&Shown::text, "Text", text);
    bus_->notify("Said before, and not typed", text + "\n(voicestand retry types it)");
  });
}

void Daemon::on_trouble(const Error& error) {
  loop_->post([this, message = error.message()] {
    show(&Shown::error, "Error", message);
    sound(desktop::Cue::kError);
  });
}

}  // namespace voicestand::service
