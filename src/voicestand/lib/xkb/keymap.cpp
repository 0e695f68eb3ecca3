#include "voicestand/lib/xkb/keymap.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include <linux/input-event-codes.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#include "voicestand/lib/xkb/library.h"

namespace voicestand::xkb {
namespace {

constexpr Keycode kFirstKeycode = 8;  // the kernel's code 0

// What a layout's characters may need held, fewest first.
constexpr std::array<ModifierMask, 8> kHolds{0,
                                             kShift,
                                             kLevelThree,
                                             kShift | kLevelThree,
                                             kLevelFive,
                                             kShift | kLevelFive,
                                             kLevelThree | kLevelFive,
                                             kShift | kLevelThree | kLevelFive};

using Context = std::unique_ptr<xkb_context, decltype(Library::xkb_context_unref)>;
using State = std::unique_ptr<xkb_state, decltype(Library::xkb_state_unref)>;

Result<Context> make_context(const Library& xkb) {
  Context context(xkb.xkb_context_new(XKB_CONTEXT_NO_FLAGS), xkb.xkb_context_unref);
  if (!context) return fail(Errc::kIo, "libxkbcommon gives no context");
  xkb.xkb_context_set_log_level(context.get(), XKB_LOG_LEVEL_CRITICAL);  // what it would print is in our errors
  return context;
}

// Once a keymap is there, so is the library.
const Library& library() {
  return *Library::get();
}

bool on_number_pad(xkb_keysym_t symbol) {
  return symbol >= XKB_KEY_KP_Space && symbol <= XKB_KEY_KP_9;
}

// What the key writes; 0: nothing that is text.
char32_t character_of(xkb_keysym_t symbol) {
  if (symbol == XKB_KEY_Return) return U'\n';
  if (symbol == XKB_KEY_Tab) return U'\t';
  if (symbol == XKB_KEY_BackSpace) return U'\b';
  if (on_number_pad(symbol)) return 0;
  const char32_t character = library().xkb_keysym_to_utf32(symbol);
  return character < U' ' || character == 0x7F ? 0 : character;
}

// What the key has when nothing is held; 0: nothing.
std::uint32_t plain_symbol(xkb_keymap* keymap, Keycode key, xkb_layout_index_t layout) {
  const xkb_keysym_t* symbols = nullptr;
  const int count = library().xkb_keymap_key_get_syms_by_level(keymap, key, layout, 0, &symbols);
  return count > 0 ? *symbols : 0;
}

// Codes that the kernel has given no meaning, and F13 to F24.
bool is_harmless(Keycode key) {
  const Keycode code = key - kFirstKeycode;
  return code == 84 || (code >= KEY_F13 && code <= 199);
}

}  // namespace

Result<Keymap> Keymap::parse(std::string_view text) {
  const auto& xkb = Library::get();
  if (!xkb) return std::unexpected(xkb.error());
  auto context = make_context(*xkb);
  if (!context) return std::unexpected(std::move(context.error()));
  xkb_keymap* const keymap = xkb->xkb_keymap_new_from_buffer(context->get(), text.data(), text.size(),
                                                             XKB_KEYMAP_FORMAT_TEXT_V1, XKB_KEYMAP_COMPILE_NO_FLAGS);
  if (keymap == nullptr) return fail(Errc::kBadData, "this is no keyboard layout");
  return Keymap(keymap);
}

Result<Keymap> Keymap::named(const std::string& layouts, const std::string& variants) {
  const auto& xkb = Library::get();
  if (!xkb) return std::unexpected(xkb.error());
  auto context = make_context(*xkb);
  if (!context) return std::unexpected(std::move(context.error()));
  const xkb_rule_names names{
      .rules = nullptr, .model = nullptr, .layout = layouts.c_str(), .variant = variants.c_str(), .options = nullptr};
  xkb_keymap* const keymap =
      xkb->xkb_keymap_new_from_names(context->get(), layouts.empty() ? nullptr : &names, XKB_KEYMAP_COMPILE_NO_FLAGS);
  if (keymap == nullptr) return fail(Errc::kNotFound, "there is no such keyboard layout", layouts, "install xkb-data");
  return Keymap(keymap);
}

Result<Keymap> Keymap::adopt(xkb_keymap* keymap) {
  const auto& xkb = Library::get();
  if (!xkb) return std::unexpected(xkb.error());
  return Keymap(keymap);
}

Keymap::Keymap(Keymap&& other) noexcept : keymap_(std::exchange(other.keymap_, nullptr)) {}

Keymap& Keymap::operator=(Keymap&& other) noexcept {
  std::swap(keymap_, other.keymap_);
  return *this;
}

Keymap::~Keymap() {
  if (keymap_ != nullptr) library().xkb_keymap_unref(keymap_);
}

Strokes Keymap::strokes(std::uint32_t group, ModifierMask locked, Keycode last) const {
  const Library& xkb = library();
  Strokes strokes;
  const State state(xkb.xkb_state_new(keymap_), xkb.xkb_state_unref);
  if (!state) return strokes;
  last = std::min(last, xkb.xkb_keymap_max_keycode(keymap_));
  for (const ModifierMask held : kHolds) {
    xkb.xkb_state_update_mask(state.get(), held, 0, locked, 0, 0, group);
    for (Keycode key = xkb.xkb_keymap_min_keycode(keymap_); key <= last; ++key) {
      const char32_t character = character_of(xkb.xkb_state_key_get_one_sym(state.get(), key));
      if (character != 0) strokes.try_emplace(character, Stroke{.keycode = key, .held = held});
    }
  }
  return strokes;
}

bool Keymap::holds(Keycode key, ModifierMask modifier, std::uint32_t group) const {
  const Library& xkb = library();
  const State state(xkb.xkb_state_new(keymap_), xkb.xkb_state_unref);
  if (!state) return false;
  xkb.xkb_state_update_mask(state.get(), 0, 0, 0, 0, 0, group);
  xkb.xkb_state_update_key(state.get(), key, XKB_KEY_DOWN);
  const ModifierMask fleeting = xkb.xkb_state_serialize_mods(state.get(), XKB_STATE_MODS_DEPRESSED);
  const ModifierMask staying = xkb.xkb_state_serialize_mods(
      state.get(), static_cast<xkb_state_component>(XKB_STATE_MODS_LATCHED | XKB_STATE_MODS_LOCKED));
  constexpr ModifierMask kReal = 0xFF;  // virtual modifiers stand above
  return (fleeting & kReal) == modifier && staying == 0;
}

std::optional<Keycode> Keymap::holder_of(ModifierMask modifier, std::uint32_t group) const {
  const Keycode last = library().xkb_keymap_max_keycode(keymap_);
  for (Keycode key = library().xkb_keymap_min_keycode(keymap_); key <= last; ++key)
    if (holds(key, modifier, group)) return key;
  return std::nullopt;
}

std::vector<Keycode> Keymap::spare_keys() const {
  const Library& xkb = library();
  const auto has_symbol = [&](Keycode key) {
    const xkb_layout_index_t layouts = xkb.xkb_keymap_num_layouts_for_key(keymap_, key);
    for (xkb_layout_index_t layout = 0; layout < layouts; ++layout) {
      const xkb_level_index_t levels = xkb.xkb_keymap_num_levels_for_key(keymap_, key, layout);
      for (xkb_level_index_t level = 0; level < levels; ++level) {
        const xkb_keysym_t* symbols = nullptr;
        if (xkb.xkb_keymap_key_get_syms_by_level(keymap_, key, layout, level, &symbols) > 0) return true;
      }
    }
    return false;
  };
  std::vector<Keycode> keys;
  const Keycode last = std::min<Keycode>(xkb.xkb_keymap_max_keycode(keymap_), 255);
  for (Keycode key = std::max(kFirstKeycode, xkb.xkb_keymap_min_keycode(keymap_)); key <= last; ++key)
    if (is_harmless(key)) keys.push_back(key);
  std::ranges::stable_partition(keys, [&](Keycode key) { return !has_symbol(key); });
  return keys;
}

std::vector<Keycode> Keymap::keys_with(std::uint32_t symbol) const {
  const Library& xkb = library();
  const Keycode last = xkb.xkb_keymap_max_keycode(keymap_);
  std::vector<Keycode> keys;
  for (xkb_layout_index_t layout = 0; layout < groups(); ++layout) {
    for (Keycode key = xkb.xkb_keymap_min_keycode(keymap_); key <= last; ++key) {
      const bool here = layout < xkb.xkb_keymap_num_layouts_for_key(keymap_, key);
      if (!here || plain_symbol(keymap_, key, layout) != symbol) continue;
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
    }
  }
  return keys;
}

std::uint32_t Keymap::symbol_of(Keycode key) const {
  return library().xkb_keymap_num_layouts_for_key(keymap_, key) == 0 ? 0 : plain_symbol(keymap_, key, 0);
}

std::uint32_t Keymap::groups() const {
  return library().xkb_keymap_num_layouts(keymap_);
}

std::string Keymap::text() const {
  char* const text = library().xkb_keymap_get_as_string(keymap_, XKB_KEYMAP_FORMAT_TEXT_V1);
  if (text == nullptr) return {};
  std::string copy(text);
  std::free(text);  // NOLINT(cppcoreguidelines-no-malloc): the library's way of giving it
  return copy;
}

std::string Keymap::name_of(Keycode key) const {
  const char* const name = library().xkb_keymap_key_get_name(keymap_, key);
  return name == nullptr ? std::string() : std::string(name);
}

Result<std::uint32_t> keysym_of(char32_t character) {
  const auto& xkb = Library::get();
  if (!xkb) return std::unexpected(xkb.error());
  return xkb->xkb_utf32_to_keysym(character);
}

}  // namespace voicestand::xkb
