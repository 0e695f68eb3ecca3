#include "voicestand/lib/x11/grabs.h"

#include <cstddef>

#include "voicestand/lib/x11/library.h"

namespace voicestand::x11 {
namespace {

constexpr xkb::ModifierMask kAnyHere = 1U << 15U;  // as the core protocol says it
constexpr std::uint32_t kAnyThere = 1U << 31U;     // as XInput2 does

// A grab by XInput2 does not refuse one by the core protocol, but comes before it: ask for both. The first one is not
// kept.
xcb_input_xi_passive_grab_device_cookie_t ask_xinput(Connection& connection, const Grip& grip) {
  const std::uint32_t modifiers = grip.modifiers == kAnyHere ? kAnyThere : grip.modifiers;
  const std::uint32_t no_events = 0;
  return connection.library().xcb_input_xi_passive_grab_device(
      connection.get(), XCB_CURRENT_TIME, connection.root(), XCB_CURSOR_NONE, grip.detail, XCB_INPUT_DEVICE_ALL_MASTER,
      1, 1, grip.button ? XCB_INPUT_GRAB_TYPE_BUTTON : XCB_INPUT_GRAB_TYPE_KEYCODE, XCB_INPUT_GRAB_MODE_22_ASYNC,
      XCB_INPUT_GRAB_MODE_22_ASYNC, XCB_INPUT_GRAB_OWNER_NO_OWNER, &no_events, &modifiers);
}

bool granted_by_xinput(Connection& connection, const Grip& grip, xcb_input_xi_passive_grab_device_cookie_t asked) {
  const Library& x11 = connection.library();
  const Reply<xcb_input_xi_passive_grab_device_reply_t> answer(
      x11.xcb_input_xi_passive_grab_device_reply(connection.get(), asked, nullptr));
  const std::uint32_t modifiers = grip.modifiers == kAnyHere ? kAnyThere : grip.modifiers;
  x11.xcb_input_xi_passive_ungrab_device(connection.get(), connection.root(), grip.detail, XCB_INPUT_DEVICE_ALL_MASTER,
                                         1, grip.button ? XCB_INPUT_GRAB_TYPE_BUTTON : XCB_INPUT_GRAB_TYPE_KEYCODE,
                                         &modifiers);
  return answer && answer->num_modifiers == 0;  // it lists those that were refused
}

xcb_void_cookie_t ask(Connection& connection, const Grip& grip) {
  const Library& x11 = connection.library();
  const auto modifiers = static_cast<std::uint16_t>(grip.modifiers);
  if (grip.button)
    return x11.xcb_grab_button_checked(connection.get(), 0, connection.root(),
                                       XCB_EVENT_MASK_BUTTON_PRESS | XCB_EVENT_MASK_BUTTON_RELEASE, XCB_GRAB_MODE_ASYNC,
                                       XCB_GRAB_MODE_ASYNC, XCB_NONE, XCB_NONE, static_cast<std::uint8_t>(grip.detail),
                                       modifiers);
  return x11.xcb_grab_key_checked(connection.get(), 0, connection.root(), modifiers,
                                  static_cast<xcb_keycode_t>(grip.detail), XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC);
}

bool granted(Connection& connection, xcb_void_cookie_t asked) {
  return !Reply<xcb_generic_error_t>(connection.library().xcb_request_check(connection.get(), asked));
}

void release(Connection& connection, const Grip& grip) {
  const Library& x11 = connection.library();
  const auto modifiers = static_cast<std::uint16_t>(grip.modifiers);
  if (grip.button)
    x11.xcb_ungrab_button(connection.get(), static_cast<std::uint8_t>(grip.detail), connection.root(), modifiers);
  else
    x11.xcb_ungrab_key(connection.get(), static_cast<xcb_keycode_t>(grip.detail), connection.root(), modifiers);
}

// Which of them are granted; those stay taken.
std::vector<bool> ask_for(Connection& connection, std::span<const Grip> grips) {
  std::vector<xcb_input_xi_passive_grab_device_cookie_t> by_xinput;
  std::vector<xcb_void_cookie_t> by_core;
  for (const Grip& grip : grips) by_xinput.push_back(ask_xinput(connection, grip));
  std::vector<bool> answers;
  for (std::size_t at = 0; at < grips.size(); ++at)
    answers.push_back(granted_by_xinput(connection, grips[at], by_xinput[at]));
  for (const Grip& grip : grips) by_core.push_back(ask(connection, grip));
  for (std::size_t at = 0; at < grips.size(); ++at) answers[at] = granted(connection, by_core[at]) && answers[at];
  return answers;
}

}  // namespace

bool take(Connection& connection, std::span<const Grip> grips) {
  for (const bool granted : ask_for(connection, grips)) {
    if (granted) continue;
    give_back(connection, grips);
    return false;
  }
  return true;
}

void give_back(Connection& connection, std::span<const Grip> grips) {
  for (const Grip& grip : grips) release(connection, grip);
  connection.flush();
}

std::vector<xkb::Keycode> not_taken(Connection& connection, std::span<const xkb::Keycode> keys) {
  std::vector<Grip> grips;
  for (const xkb::Keycode key : keys) grips.push_back({.button = false, .detail = key, .modifiers = kAnyHere});
  const std::vector<bool> free = ask_for(connection, grips);
  give_back(connection, grips);
  std::vector<xkb::Keycode> left;
  for (std::size_t at = 0; at < keys.size(); ++at)
    if (free[at]) left.push_back(keys[at]);
  return left;
}

}  // namespace voicestand::x11
