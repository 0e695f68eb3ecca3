#include "voicestand/lib/x11/connection.h"

#include <array>
#include <cstdlib>
#include <utility>

#include <poll.h>

#include "voicestand/lib/x11/library.h"

namespace voicestand::x11 {
namespace {

constexpr std::uint8_t kSentByClient = 0x80;

std::string display_name() {
  const char* const name = std::getenv("DISPLAY");
  return name == nullptr ? std::string() : std::string(name);
}

std::unexpected<Error> refuse(int error) {
  const std::string display = display_name();
  if (display.empty())
    return fail(Errc::kServiceMissing, "this session has no X display", "DISPLAY", "start it from within the desktop");
  if (error == XCB_CONN_CLOSED_PARSE_ERR || error == XCB_CONN_CLOSED_INVALID_SCREEN)
    return fail(Errc::kServiceMissing, "this names no X display", display, "set DISPLAY as the desktop has it");
  return fail(Errc::kServiceMissing, "the X display is not there, or refuses", display,
              "start it from within the desktop, as the user whose it is");
}

std::unexpected<Error> lacks(const char* extension) {
  return fail(Errc::kServiceMissing, std::string("the X display lacks the extension ") + extension, display_name(),
              "use a newer X server");
}

Event::Kind raw_kind(std::uint16_t type) {
  switch (type) {
    case XCB_INPUT_RAW_KEY_PRESS:
      return Event::Kind::kRawKeyPress;
    case XCB_INPUT_RAW_KEY_RELEASE:
      return Event::Kind::kRawKeyRelease;
    case XCB_INPUT_RAW_BUTTON_PRESS:
      return Event::Kind::kRawButtonPress;
    case XCB_INPUT_RAW_BUTTON_RELEASE:
      return Event::Kind::kRawButtonRelease;
    default:
      return Event::Kind::kOther;
  }
}

Event raw_event(const xcb_generic_event_t* event) {
  const auto* const raw = reinterpret_cast<const xcb_input_raw_key_press_event_t*>(event);
  const Event::Kind kind = raw_kind(raw->event_type);
  if (kind == Event::Kind::kOther) return {};
  return {.kind = kind,
          .device = raw->sourceid,
          .detail = raw->detail,
          .after_request = raw->full_sequence,
          .time_ms = raw->time};
}

// Those of keys and buttons are alike.
Event grabbed_event(Event::Kind kind, const xcb_generic_event_t* event) {
  const auto* const key = reinterpret_cast<const xcb_key_press_event_t*>(event);
  return {.kind = kind,
          .detail = key->detail,
          .modifiers = key->state,
          .after_request = event->full_sequence,
          .time_ms = key->time};
}

}  // namespace

void Connection::Disconnect::operator()(xcb_connection_t* connection) const noexcept {
  Library::get()->xcb_disconnect(connection);
}

Error Connection::gone() {
  return {Errc::kIo, "the X display is gone", display_name(), "start again from within the desktop"};
}

Result<Connection> Connection::open() {
  const auto& x11 = Library::get();
  if (!x11) return std::unexpected(x11.error());
  int screen = 0;
  Connection connection(*x11, x11->xcb_connect(nullptr, &screen));  // never null: an error has a connection too
  if (const int error = x11->xcb_connection_has_error(connection.get()); error != 0) return refuse(error);
  if (auto ready = connection.set_up(screen); !ready) return std::unexpected(std::move(ready.error()));
  return connection;
}

Result<void> Connection::set_up(int screen) {
  auto screens = x11_->xcb_setup_roots_iterator(x11_->xcb_get_setup(get()));
  for (; screen > 0 && screens.rem > 1; --screen) x11_->xcb_screen_next(&screens);
  if (screens.rem == 0) return refuse(XCB_CONN_CLOSED_INVALID_SCREEN);
  root_ = screens.data->root;

  const auto* const xtest = x11_->xcb_get_extension_data(get(), x11_->xcb_test_id);
  if (xtest == nullptr || xtest->present == 0) return lacks("XTEST");
  if (x11_->xkb_x11_setup_xkb_extension(get(), XKB_X11_MIN_MAJOR_XKB_VERSION, XKB_X11_MIN_MINOR_XKB_VERSION,
                                        XKB_X11_SETUP_XKB_EXTENSION_NO_FLAGS, nullptr, nullptr, &xkb_event_,
                                        nullptr) == 0)
    return lacks("XKEYBOARD");
  const auto* const xinput = x11_->xcb_get_extension_data(get(), x11_->xcb_input_id);
  if (xinput == nullptr || xinput->present == 0) return lacks("XInputExtension");
  xinput_opcode_ = xinput->major_opcode;
  const Reply<xcb_input_xi_query_version_reply_t> version(
      x11_->xcb_input_xi_query_version_reply(get(), x11_->xcb_input_xi_query_version(get(), 2, 2), nullptr));
  // Before 2.1 a grab kept raw events from all others.
  if (!version || version->major_version < 2 || (version->major_version == 2 && version->minor_version < 1))
    return lacks("XInputExtension 2.1");

  constexpr std::uint16_t kKeymapEvents = XCB_XKB_EVENT_TYPE_NEW_KEYBOARD_NOTIFY | XCB_XKB_EVENT_TYPE_MAP_NOTIFY;
  constexpr std::uint16_t kAllOfIt = 0xFF;
  x11_->xcb_xkb_select_events(get(), XCB_XKB_ID_USE_CORE_KBD, kKeymapEvents, 0, kKeymapEvents, kAllOfIt, kAllOfIt,
                              nullptr);
  const auto protocols = atom("WM_PROTOCOLS");
  const auto ping = atom("_NET_WM_PING");
  if (!protocols || !ping) return std::unexpected(gone());
  protocols_ = *protocols;
  ping_ = *ping;
  return sync();
}

int Connection::fd() const noexcept {
  return x11_->xcb_get_file_descriptor(get());
}

void Connection::wait(std::chrono::milliseconds longest) const {
  pollfd events{.fd = fd(), .events = POLLIN, .revents = 0};
  ::poll(&events, 1, static_cast<int>(longest.count()));
}

std::optional<Event> Connection::next_event() {
  const Reply<xcb_generic_event_t> event(x11_->xcb_poll_for_event(get()));
  if (!event) return std::nullopt;
  const auto type = static_cast<std::uint8_t>(event->response_type & ~kSentByClient);
  switch (type) {
    case XCB_KEY_PRESS:
      return grabbed_event(Event::Kind::kKeyPress, event.get());
    case XCB_KEY_RELEASE:
      return grabbed_event(Event::Kind::kKeyRelease, event.get());
    case XCB_BUTTON_PRESS:
      return grabbed_event(Event::Kind::kButtonPress, event.get());
    case XCB_BUTTON_RELEASE:
      return grabbed_event(Event::Kind::kButtonRelease, event.get());
    case XCB_GE_GENERIC: {
      const auto* const generic = reinterpret_cast<const xcb_ge_generic_event_t*>(event.get());
      return generic->extension == xinput_opcode_ ? raw_event(event.get()) : Event{};
    }
    case XCB_CLIENT_MESSAGE: {
      const auto* const message = reinterpret_cast<const xcb_client_message_event_t*>(event.get());
      if (message->type != protocols_ || message->format != 32 || message->data.data32[0] != ping_) return Event{};
      return Event{.kind = Event::Kind::kPong, .detail = message->data.data32[1]};
    }
    default:
      break;
  }
  if (type != xkb_event_) return Event{};
  const std::uint8_t xkb_type = event->pad0;
  const bool keymap = xkb_type == XCB_XKB_NEW_KEYBOARD_NOTIFY || xkb_type == XCB_XKB_MAP_NOTIFY;
  return Event{.kind = keymap ? Event::Kind::kKeymap : Event::Kind::kOther};
}

bool Connection::lost() const noexcept {
  return x11_->xcb_connection_has_error(get()) != 0;
}

void Connection::flush() {
  x11_->xcb_flush(get());
}

Result<void> Connection::sync() {
  const Reply<xcb_get_input_focus_reply_t> answer(
      x11_->xcb_get_input_focus_reply(get(), x11_->xcb_get_input_focus(get()), nullptr));
  if (!answer) return std::unexpected(gone());
  return {};
}

void Connection::hold_others() {
  x11_->xcb_grab_server(get());
}

void Connection::release_others() {
  x11_->xcb_ungrab_server(get());
  flush();
}

WindowId Connection::make_hidden_window() {
  const WindowId window = x11_->xcb_generate_id(get());
  const std::uint32_t events = XCB_EVENT_MASK_PROPERTY_CHANGE;
  x11_->xcb_create_window(get(), XCB_COPY_FROM_PARENT, window, root_, 0, 0, 1, 1, 0, XCB_WINDOW_CLASS_INPUT_ONLY,
                          XCB_COPY_FROM_PARENT, XCB_CW_EVENT_MASK, &events);
  return window;
}

Result<Atom> Connection::atom(const std::string& name) {
  const Reply<xcb_intern_atom_reply_t> answer(x11_->xcb_intern_atom_reply(
      get(), x11_->xcb_intern_atom(get(), 0, static_cast<std::uint16_t>(name.size()), name.c_str()), nullptr));
  if (!answer) return std::unexpected(gone());
  return answer->atom;
}

void Connection::ping(WindowId window, std::uint32_t number) {
  xcb_client_message_event_t message{};
  message.response_type = XCB_CLIENT_MESSAGE;
  message.format = 32;
  message.window = window;
  message.type = protocols_;
  message.data.data32[0] = ping_;
  message.data.data32[1] = number;
  message.data.data32[2] = window;
  x11_->xcb_send_event(get(), 0, window, XCB_EVENT_MASK_NO_EVENT, reinterpret_cast<const char*>(&message));
}

void Connection::watch_pongs(bool on) {
  const std::uint32_t mask = on ? XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY : XCB_EVENT_MASK_NO_EVENT;
  x11_->xcb_change_window_attributes(get(), root_, XCB_CW_EVENT_MASK, &mask);
}

void Connection::watch_devices(bool on) {
  struct {
    xcb_input_event_mask_t head;
    std::uint32_t mask;
  } const wanted{.head = {.deviceid = XCB_INPUT_DEVICE_ALL_MASTER, .mask_len = 1},
                 .mask = on ? XCB_INPUT_XI_EVENT_MASK_RAW_KEY_PRESS | XCB_INPUT_XI_EVENT_MASK_RAW_KEY_RELEASE |
                                  XCB_INPUT_XI_EVENT_MASK_RAW_BUTTON_PRESS | XCB_INPUT_XI_EVENT_MASK_RAW_BUTTON_RELEASE
                            : 0U};
  x11_->xcb_input_xi_select_events(get(), root_, 1, &wanted.head);
}

}  // namespace voicestand::x11
