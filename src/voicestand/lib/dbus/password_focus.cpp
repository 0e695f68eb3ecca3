#include "voicestand/lib/dbus/password_focus.h"

#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>

#include "voicestand/lib/dbus/library.h"
#include "voicestand/lib/dbus/message.h"

namespace voicestand::dbus {
namespace {

constexpr std::uint32_t kPasswordText = 40;          // ATSPI_ROLE_PASSWORD_TEXT
constexpr std::chrono::milliseconds kPatience{100};  // of who asks
constexpr std::chrono::seconds kAnswerLimit{10};     // for an application; one that is slow is believed all the same

constexpr const char* kService = "org.a11y.Bus";
constexpr const char* kRegistry = "org.a11y.atspi.Registry";
constexpr const char* kDaemon = "org.freedesktop.DBus";
constexpr const char* kLocal = "org.freedesktop.DBus.Local";

// Once it watches, the library is there.
const Library& library() {
  return *Library::get();
}

int hear(sd_bus* bus, const char* sender, const char* path, const char* interface, const char* signal,
         sd_bus_message_handler_t handler, void* self) {
  // Does not wait for the bus to know of it: what comes first is that, and then what is asked for.
  return library().sd_bus_match_signal_async(bus, nullptr, sender, path, interface, signal, handler, nullptr, self);
}

std::string_view text_of(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace

// Thread: the loop's.
struct PasswordFocus::Handlers {
  static PasswordFocus& from(void* self) { return *static_cast<PasswordFocus*>(self); }

  static int on_service(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    const char* name = nullptr;
    const char* before = nullptr;
    const char* after = nullptr;
    if (library().sd_bus_message_read(message, "sss", &name, &before, &after) > 0 && text_of(name) == kService &&
        !text_of(after).empty())
      from(self).look_for_service();
    return 0;
  }

  static int on_address(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    const char* address = nullptr;
    if (library().sd_bus_message_get_error(message) == nullptr &&
        library().sd_bus_message_read(message, "s", &address) > 0 && !text_of(address).empty())
      from(self).connect(address);
    return 0;
  }

  static int on_state(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    const char* state = nullptr;
    std::int32_t is = 0;
    if (library().sd_bus_message_read(message, "si", &state, &is) <= 0 || text_of(state) != "focused") return 0;
    const std::string_view application = text_of(library().sd_bus_message_get_sender(message));
    const std::string_view part = text_of(library().sd_bus_message_get_path(message));
    PasswordFocus& focus = from(self);
    if (is != 0) {
      focus.gained(std::string(application), std::string(part));
    } else if (application == focus.application_ && part == focus.part_) {
      focus.lost();
    }
    return 0;
  }

  static int on_window(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    PasswordFocus& focus = from(self);
    if (text_of(library().sd_bus_message_get_sender(message)) == focus.application_) focus.lost();
    return 0;
  }

  static int on_application(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    const char* name = nullptr;
    const char* before = nullptr;
    const char* after = nullptr;
    PasswordFocus& focus = from(self);
    if (library().sd_bus_message_read(message, "sss", &name, &before, &after) <= 0) return 0;
    if (text_of(after).empty()) {
      if (text_of(name) == focus.application_) focus.lost();
    } else if (text_of(name) == kRegistry) {
      focus.ask_for_events();  // one that was started again knows nothing of who has asked before
    }
    return 0;
  }

  static int on_end(sd_bus_message* /*message*/, void* self, sd_bus_error* /*error*/) {
    from(self).lost();
    return 0;
  }

  static int on_role(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    std::uint32_t role = 0;
    from(self).known(library().sd_bus_message_get_error(message) == nullptr &&
                     library().sd_bus_message_read(message, "u", &role) > 0 && role == kPasswordText);
    return 0;
  }
};

Result<std::unique_ptr<PasswordFocus>> PasswordFocus::watch(EventLoop& loop) {
  const auto& systemd = Library::get();
  if (!systemd) return std::unexpected(systemd.error());
  std::unique_ptr<PasswordFocus> focus(new PasswordFocus(loop));
  if (auto opened = focus->open(); !opened) return std::unexpected(std::move(opened.error()));
  return focus;
}

PasswordFocus::~PasswordFocus() {
  ask_no_more();
  for (sd_bus* const bus : {accessibility_, session_}) {
    if (bus != nullptr) library().sd_bus_flush_close_unref(bus);
  }
}

Result<void> PasswordFocus::open() {
  int code = library().sd_bus_open_user(&session_);
  if (code >= 0) code = library().sd_bus_attach_event(session_, loop_.get(), 0);
  if (code >= 0)
    code = hear(session_, kDaemon, "/org/freedesktop/DBus", kDaemon, "NameOwnerChanged", &Handlers::on_service, this);
  if (code < 0) return fail(Errc::kServiceMissing, std::strerror(-code), "message bus");
  look_for_service();
  return {};
}

// Whoever does not run is not started for it.
void PasswordFocus::look_for_service() {
  Message question(library());
  if (library().sd_bus_message_new_method_call(session_, question.out(), kService, "/org/a11y/bus", kService,
                                               "GetAddress") < 0)
    return;
  (void)library().sd_bus_message_set_auto_start(question.get(), 0);
  (void)library().sd_bus_call_async(session_, nullptr, question.get(), &Handlers::on_address, this, 0);
}

void PasswordFocus::connect(const char* address) {
  lost();
  if (accessibility_ != nullptr) library().sd_bus_flush_close_unref(std::exchange(accessibility_, nullptr));
  sd_bus* bus = nullptr;
  int code = library().sd_bus_new(&bus);
  if (code >= 0) code = library().sd_bus_set_address(bus, address);
  if (code >= 0) code = library().sd_bus_set_bus_client(bus, 1);
  if (code >= 0) code = library().sd_bus_start(bus);
  if (code >= 0) code = library().sd_bus_attach_event(bus, loop_.get(), 0);
  if (code >= 0)
    code = hear(bus, nullptr, nullptr, "org.a11y.atspi.Event.Object", "StateChanged", &Handlers::on_state, this);
  if (code >= 0)
    code = hear(bus, nullptr, nullptr, "org.a11y.atspi.Event.Window", "Deactivate", &Handlers::on_window, this);
  if (code >= 0)
    code = hear(bus, kDaemon, "/org/freedesktop/DBus", kDaemon, "NameOwnerChanged", &Handlers::on_application, this);
  // The connection itself tells of its end.
  if (code >= 0)
    code = hear(bus, kLocal, "/org/freedesktop/DBus/Local", kLocal, "Disconnected", &Handlers::on_end, this);
  if (code < 0) {
    if (bus != nullptr) library().sd_bus_flush_close_unref(bus);
    return;
  }
  accessibility_ = bus;
  ask_for_events();
}

// Applications tell what somebody has asked for.
void PasswordFocus::ask_for_events() {
  for (const char* const event : {"object:state-changed:focused", "window:deactivate"}) {
    (void)library().sd_bus_call_method_async(accessibility_, nullptr, kRegistry, "/org/a11y/atspi/registry", kRegistry,
                                             "RegisterEvent", nullptr, nullptr, "s", event);
  }
}

void PasswordFocus::gained(std::string application, std::string part) {
  ask_no_more();
  application_ = std::move(application);
  part_ = std::move(part);
  {
    const std::scoped_lock lock(mutex_);
    asking_ = true;
  }
  Message question(library());
  int code = library().sd_bus_message_new_method_call(accessibility_, question.out(), application_.c_str(),
                                                      part_.c_str(), "org.a11y.atspi.Accessible", "GetRole");
  if (code >= 0) {
    const auto limit = std::chrono::duration_cast<std::chrono::microseconds>(kAnswerLimit).count();
    code = library().sd_bus_call_async(accessibility_, &question_, question.get(), &Handlers::on_role, this,
                                       static_cast<std::uint64_t>(limit));
  }
  if (code < 0) known(false);
}

// The answer of what had the focus a moment ago counts no more.
void PasswordFocus::ask_no_more() {
  if (question_ != nullptr) library().sd_bus_slot_unref(std::exchange(question_, nullptr));
}

void PasswordFocus::lost() {
  ask_no_more();
  application_.clear();
  part_.clear();
  known(false);
}

void PasswordFocus::known(bool password) {
  const std::scoped_lock lock(mutex_);
  asking_ = false;
  password_ = password;
  answered_.notify_all();
}

bool PasswordFocus::here() {
  std::unique_lock lock(mutex_);
  answered_.wait_for(lock, kPatience, [this] { return !asking_; });
  return password_ && !asking_;
}

}  // namespace voicestand::dbus
