#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/desktop/activation.h"
#include "voicestand/desktop/clipboard.h"
#include "voicestand/desktop/text_sink.h"
#include "voicestand/desktop/trigger.h"
#include "voicestand/lib/dbus/bus.h"
#include "voicestand/lib/dbus/event_loop.h"
#include "voicestand/lib/dbus/password_focus.h"
#include "voicestand/lib/posix/file_watch.h"
#include "voicestand/service/composition.h"
#include "voicestand/service/dictation.h"
#include "voicestand/service/history.h"
#include "voicestand/service/hot_key.h"
#include "voicestand/service/sounds.h"
#include "voicestand/service/watch.h"

namespace voicestand::service {

// What `voicestand dictate` is: the key, the message bus and the dictation, served by one thread.
class Daemon final : private Dictation::Observer {
 public:
  // Thread: the owner. Loads the model and takes its name on the bus: there is one for each session. `clock` outlives
  // it. Errors: those of the model and the ways to type, kUsage where another one runs, kServiceMissing.
  [[nodiscard]] static Result<std::unique_ptr<Daemon>> create(Setup setup, ProgramInfo program, const Clock& clock);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon() override;

  // Thread: the owner. Serves until quit(). Errors: kIo.
  [[nodiscard]] Result<void> run();
  // Thread: any.
  void quit() { loop_->quit(); }

  // Thread: the owner, before run(). `told` hears, in run(), what people should know: which alert fires or is resolved,
  // of which the desktop is told too, and whether recognition does less.
  void on_news(std::function<void(const std::string&)> told);

  // For people: what one does to dictate.
  [[nodiscard]] std::string ready_text() const;

 private:
  Daemon(Setup setup, ProgramInfo program, const Clock& clock, std::unique_ptr<dbus::EventLoop> loop,
         Recognition recognition, std::unique_ptr<desktop::TextSink> text_sink);
  [[nodiscard]] Result<void> start();
  [[nodiscard]] Result<void> serve();
  [[nodiscard]] Result<void> make_dictation();
  void take_keys();
  void let_watch();
  void make_regulator();
  void make_history();
  void watch_cancel_key(bool dictating);
  // Without it the commands still work. Errors: as HotKey::listen().
  [[nodiscard]] Result<std::unique_ptr<HotKey>> listen_for(const std::string& chord, bool lasting,
                                                           std::function<void(const desktop::TriggerEvent&)> heard);
  void watch_config();
  // The file has changed: what is right in it is taken over as soon as nobody dictates.
  void reload();
  [[nodiscard]] Result<void> apply(LoadedConfig config);
  [[nodiscard]] dbus::Interface interface();

  // What it is asked for. Thread: the loop's.
  void begin();
  void end();
  void toggle();
  void follow(desktop::Activation::Command command);
  void cancel();
  [[nodiscard]] Result<void> retry();
  [[nodiscard]] Result<void> retry(std::uint64_t n);
  [[nodiscard]] Result<void> copy(std::uint64_t n);
  [[nodiscard]] Result<void> purge();

  // From the dictation's threads: handed to the loop's.
  void on_state(Dictation::State state) override;
  void on_partial(const pipeline::Partial& partial) override;
  void on_spoken(const Dictation::Spoken& spoken) override;
  void on_warning(const std::string& message) override;
  void on_trouble(const Error& error) override;
  void on_recovered(const std::string& text) override;

  // What the bus shows, and tells when it changes.
  struct Shown {
    std::string state = "idle";
    std::string partial;
    std::string text;
    std::string error;
    double release_to_text_ms = -1;  // none yet
  };
  void sound(desktop::Cue cue);
  void show(std::string Shown::* what, const char* property, std::string value);

  Setup setup_;
  const Clock& clock_;
  std::unique_ptr<dbus::EventLoop> loop_;
  Recognition recognition_;
  std::unique_ptr<desktop::TextSink> text_sink_;
  std::unique_ptr<desktop::Clipboard> clipboard_;  // none: this session has none that programs may use unseen
  std::unique_ptr<dbus::Bus> bus_;
  std::unique_ptr<dbus::PasswordFocus> password_focus_;  // none: the session does not tell
  desktop::Activation activation_;
  Shown shown_;
  std::optional<posix::FileWatch> config_watch_;
  dbus::EventLoop::WatchPtr config_changed_;
  dbus::EventLoop::WatchPtr config_settles_;
  bool reload_when_idle_ = false;
  std::unique_ptr<HotKey> talk_key_;
  std::unique_ptr<HotKey> cancel_key_;  // while one dictates
  std::optional<Error> no_key_;
  std::function<void(const std::string&)> news_;
  std::unique_ptr<Regulator> regulator_;  // none: nothing is governed
  Watch watch_;
  Sounds sounds_;
  dbus::EventLoop::WatchPtr sounds_rest_;
  dbus::EventLoop::WatchPtr tail_;
  dbus::EventLoop::WatchPtr longest_;
  std::optional<History> history_;
  std::unique_ptr<Dictation> dictation_;
};

}  // namespace voicestand::service
