#include "voicestand/lib/x11/moment.h"

#include <span>

#include "voicestand/lib/x11/library.h"
#include "voicestand/lib/xkb/library.h"

namespace voicestand::x11 {

Result<Moment> look(Connection& connection) {
  const Library& x11 = connection.library();
  xcb_connection_t* const server = connection.get();
  const auto focus_asked = x11.xcb_get_input_focus(server);
  const auto pointer_asked = x11.xcb_query_pointer(server, connection.root());
  const auto state_asked = x11.xcb_xkb_get_state(server, XCB_XKB_ID_USE_CORE_KBD);
  const auto keys_asked = x11.xcb_query_keymap(server);
  const Reply<xcb_get_input_focus_reply_t> focus(x11.xcb_get_input_focus_reply(server, focus_asked, nullptr));
  const Reply<xcb_query_pointer_reply_t> pointer(x11.xcb_query_pointer_reply(server, pointer_asked, nullptr));
  const Reply<xcb_xkb_get_state_reply_t> state(x11.xcb_xkb_get_state_reply(server, state_asked, nullptr));
  const Reply<xcb_query_keymap_reply_t> keys(x11.xcb_query_keymap_reply(server, keys_asked, nullptr));
  if (!focus || !pointer || !state || !keys) return std::unexpected(Connection::gone());

  Moment moment{.focus = focus->focus, .group = state->group, .locked = state->lockedMods, .down = {}};
  // Without a window manager the keyboard follows the pointer.
  if (moment.focus == XCB_INPUT_FOCUS_POINTER_ROOT || moment.focus == connection.root()) moment.focus = pointer->child;
  constexpr std::size_t kBits = 8;
  const std::span<const std::uint8_t> bytes(keys->keys);
  for (std::size_t key = 0; key < kKeycodes; ++key)
    moment.down[key] = ((unsigned{bytes[key / kBits]} >> (key % kBits)) & 1U) != 0;
  return moment;
}

Result<KeyModifiers> key_modifiers(Connection& connection) {
  const Library& x11 = connection.library();
  xcb_connection_t* const server = connection.get();
  const Reply<xcb_get_modifier_mapping_reply_t> answer(
      x11.xcb_get_modifier_mapping_reply(server, x11.xcb_get_modifier_mapping(server), nullptr));
  if (!answer) return std::unexpected(Connection::gone());
  const std::span<const xcb_keycode_t> keys(
      x11.xcb_get_modifier_mapping_keycodes(answer.get()),
      static_cast<std::size_t>(x11.xcb_get_modifier_mapping_keycodes_length(answer.get())));
  KeyModifiers modifiers{};
  const std::size_t keys_each = answer->keycodes_per_modifier;
  for (std::size_t at = 0; at < keys.size(); ++at)
    if (keys[at] != 0) modifiers[keys[at]] |= xkb::ModifierMask{1} << (at / keys_each);
  return modifiers;
}

Result<xkb::Keymap> keymap(Connection& connection) {
  const Library& x11 = connection.library();
  const auto& xkb = xkb::Library::get();
  if (!xkb) return std::unexpected(xkb.error());
  const std::unique_ptr<xkb_context, decltype(xkb::Library::xkb_context_unref)> context(
      xkb->xkb_context_new(XKB_CONTEXT_NO_FLAGS), xkb->xkb_context_unref);
  if (!context) return fail(Errc::kIo, "libxkbcommon gives no context");
  const std::int32_t device = x11.xkb_x11_get_core_keyboard_device_id(connection.get());
  if (device < 0) return std::unexpected(Connection::gone());
  xkb_keymap* const made =
      x11.xkb_x11_keymap_new_from_device(context.get(), connection.get(), device, XKB_KEYMAP_COMPILE_NO_FLAGS);
  if (made == nullptr) return fail(Errc::kIo, "the X display does not tell its keyboard's layout");
  return xkb::Keymap::adopt(made);
}

std::uint32_t fake_key(Connection& connection, xkb::Keycode key, bool press) {
  const auto asked = connection.library().xcb_test_fake_input(connection.get(), press ? XCB_KEY_PRESS : XCB_KEY_RELEASE,
                                                              static_cast<std::uint8_t>(key), XCB_CURRENT_TIME,
                                                              connection.root(), 0, 0, 0);
  return asked.sequence;
}

void wake_fake_keyboard(Connection& connection) {
  fake_key(connection, connection.library().xcb_get_setup(connection.get())->min_keycode, false);
}

}  // namespace voicestand::x11
