#include "voicestand/lib/x11/key_symbols.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "voicestand/lib/x11/library.h"

namespace voicestand::x11 {
namespace {

// KEYSYMMAP: the key's type in each of four layouts, how many layouts, how many symbols in each, how many in all (two
// bytes); then the symbols, four bytes each. In the machine's own order of bytes, as all that xcb sends.
constexpr std::size_t kHeadBytes = 8;
constexpr std::size_t kCountAt = 6;
constexpr std::size_t kSymbolBytes = 4;
// The third of the types that every keymap has: of two levels, and both Shift and Caps Lock lead to the second. Where
// Caps Lock made no difference to the key, programs would see to it themselves, and make capitals; to GTK also a key
// that has the same symbol twice is one of those.
constexpr std::byte kAlphabetic{2};
constexpr std::uint32_t kNothing = 0xFFFFFF;  // a symbol all the same, XK_VoidSymbol
constexpr std::byte kOneLayout{1};
constexpr std::byte kTwoLevels{2};

std::uint16_t count_in(std::span<const std::byte> map) {
  std::uint16_t count = 0;
  std::memcpy(&count, map.subspan(kCountAt).data(), sizeof count);
  return count;
}

}  // namespace

KeySymbols KeySymbols::writing(std::uint32_t keysym, bool caps_lock) {
  std::array<std::uint32_t, 2> symbols{keysym, kNothing};
  if (caps_lock) std::swap(symbols[0], symbols[1]);
  const auto count = static_cast<std::uint16_t>(symbols.size());
  KeySymbols key;
  key.bytes_ = {kAlphabetic, kAlphabetic, kAlphabetic, kAlphabetic, kOneLayout, kTwoLevels};
  const auto append = [&](std::span<const std::byte> bytes) {
    key.bytes_.insert(key.bytes_.end(), bytes.begin(), bytes.end());
  };
  append(std::as_bytes(std::span(&count, 1)));
  append(std::as_bytes(std::span(symbols)));
  return key;
}

bool KeySymbols::empty() const {
  return bytes_.size() <= kHeadBytes ||
         std::ranges::all_of(std::span(bytes_).subspan(kHeadBytes), [](std::byte b) { return b == std::byte{0}; });
}

Result<std::vector<KeySymbols>> KeySymbols::read(Connection& connection, xkb::Keycode first, xkb::Keycode last) {
  const Library& x11 = connection.library();
  const auto asked = x11.xcb_xkb_get_map(connection.get(), XCB_XKB_ID_USE_CORE_KBD, 0, XCB_XKB_MAP_PART_KEY_SYMS, 0, 0,
                                         static_cast<xcb_keycode_t>(first), static_cast<std::uint8_t>(last - first + 1),
                                         0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const Reply<xcb_xkb_get_map_reply_t> answer(x11.xcb_xkb_get_map_reply(connection.get(), asked, nullptr));
  if (!answer) return std::unexpected(Connection::gone());
  // The answer's length counts four bytes each beyond the first 32; its own fields take some of them.
  constexpr std::size_t kCounted = 32;
  const std::size_t size = kCounted + (std::size_t{answer->length} * 4);
  const auto* const begin = reinterpret_cast<const std::byte*>(answer.get());
  const auto fields =
      static_cast<std::size_t>(static_cast<const std::byte*>(x11.xcb_xkb_get_map_map(answer.get())) - begin);
  if (fields > size) return std::unexpected(Connection::gone());
  std::span<const std::byte> rest = std::span(begin, size).subspan(fields);

  std::vector<KeySymbols> keys(answer->nKeySyms);
  for (KeySymbols& key : keys) {
    const std::size_t bytes = rest.size() < kHeadBytes ? 0 : kHeadBytes + (kSymbolBytes * count_in(rest));
    if (bytes == 0 || rest.size() < bytes) return fail(Errc::kIo, "the X display tells half of its keyboard's layout");
    key.bytes_.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(bytes));
    rest = rest.subspan(bytes);
  }
  return keys;
}

Result<void> KeySymbols::write(Connection& connection, xkb::Keycode first, std::span<const KeySymbols> symbols) {
  const Library& x11 = connection.library();
  std::vector<std::byte> bytes;
  std::uint16_t count = 0;
  for (const KeySymbols& key : symbols) {
    bytes.insert(bytes.end(), key.bytes_.begin(), key.bytes_.end());
    count = static_cast<std::uint16_t>(count + count_in(key.bytes_));
  }
  const xcb_setup_t* const setup = x11.xcb_get_setup(connection.get());
  const auto asked = x11.xcb_xkb_set_map_checked(
      connection.get(), XCB_XKB_ID_USE_CORE_KBD, XCB_XKB_MAP_PART_KEY_SYMS, 0, setup->min_keycode, setup->max_keycode,
      0, 0, static_cast<xcb_keycode_t>(first), static_cast<std::uint8_t>(symbols.size()), count, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, bytes.data());
  const Reply<xcb_generic_error_t> error(x11.xcb_request_check(connection.get(), asked));
  if (error) return fail(Errc::kIo, "the X display takes no other symbols for its keys");
  if (x11.xcb_connection_has_error(connection.get()) != 0) return std::unexpected(Connection::gone());
  return {};
}

}  // namespace voicestand::x11
