#include "voicestand/lib/x11/keyboards.h"

#include <cstddef>
#include <cstring>
#include <span>

#include "voicestand/lib/x11/library.h"

namespace voicestand::x11 {
namespace {

// Its keys are one part of a device's state; each part says how long it is.
void append_keys(const xcb_input_query_device_state_reply_t* state, std::uint16_t device, std::vector<HeldKey>& held) {
  // The answer's length counts four bytes each beyond the first 32, which hold no part.
  std::span<const std::byte> rest(reinterpret_cast<const std::byte*>(state) + sizeof *state,
                                  std::size_t{state->length} * 4);
  constexpr std::size_t kHeadBytes = 2;
  while (rest.size() >= kHeadBytes) {
    const auto size = std::to_integer<std::size_t>(rest[1]);
    if (size < kHeadBytes || size > rest.size()) return;
    xcb_input_key_state_t keys{};
    if (std::to_integer<int>(rest[0]) == XCB_INPUT_INPUT_CLASS_KEY && size >= sizeof keys) {
      std::memcpy(&keys, rest.data(), sizeof keys);
      constexpr std::size_t kBits = 8;
      const std::span<const std::uint8_t> bytes(keys.keys);
      for (std::size_t key = 0; key < bytes.size() * kBits; ++key)
        if (((unsigned{bytes[key / kBits]} >> (key % kBits)) & 1U) != 0)
          held.push_back({.key = static_cast<xkb::Keycode>(key), .device = device});
    }
    rest = rest.subspan(size);
  }
}

}  // namespace

Result<std::vector<HeldKey>> held_keys(Connection& connection) {
  const Library& x11 = connection.library();
  const Reply<xcb_input_xi_query_device_reply_t> devices(x11.xcb_input_xi_query_device_reply(
      connection.get(), x11.xcb_input_xi_query_device(connection.get(), XCB_INPUT_DEVICE_ALL), nullptr));
  if (!devices) return std::unexpected(Connection::gone());
  std::vector<HeldKey> held;
  for (auto device = x11.xcb_input_xi_query_device_infos_iterator(devices.get()); device.rem > 0;
       x11.xcb_input_xi_device_info_next(&device)) {
    if (device.data->type != XCB_INPUT_DEVICE_TYPE_SLAVE_KEYBOARD) continue;
    const auto asked =
        x11.xcb_input_query_device_state(connection.get(), static_cast<std::uint8_t>(device.data->deviceid));
    const Reply<xcb_input_query_device_state_reply_t> state(
        x11.xcb_input_query_device_state_reply(connection.get(), asked, nullptr));
    if (state) append_keys(state.get(), device.data->deviceid, held);
  }
  return held;
}

void fake_key(Connection& connection, const HeldKey& key, bool press) {
  const Library& x11 = connection.library();
  const auto* const xinput = x11.xcb_get_extension_data(connection.get(), x11.xcb_input_id);
  const int type = xinput->first_event + (press ? XCB_INPUT_DEVICE_KEY_PRESS : XCB_INPUT_DEVICE_KEY_RELEASE);
  x11.xcb_test_fake_input(connection.get(), static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(key.key),
                          XCB_CURRENT_TIME, connection.root(), 0, 0, static_cast<std::uint8_t>(key.device));
}

}  // namespace voicestand::x11
