#include "voicestand/desktop/x11_keys.h"

#include <algorithm>
#include <span>
#include <utility>

#include "voicestand/base/utf8.h"
#include "voicestand/lib/x11/grabs.h"

namespace voicestand::desktop {
namespace {

constexpr std::array<xkb::ModifierMask, 4> kHeld{xkb::kShift, xkb::kLevelThree, xkb::kLevelFive, xkb::kControl};
// From here on the kernel's codes are of keys that few keyboards have; below are Escape, Backspace and all the others
// that programs may know by code.
constexpr xkb::Keycode kFirstRare = 84 + 8;
constexpr xkb::Keycode kLast = 255;

}  // namespace

bool X11Keys::suit(const x11::Moment& moment) const noexcept {
  return keymap_ && !watch_->keymap_changed && moment.group == group_ && moment.locked == locked_;
}

Result<void> X11Keys::suit_to(const x11::Moment& moment) {
  if (auto restored = restore(); !restored) return restored;
  if (!keymap_ || watch_->keymap_changed) {
    spares_.reset();
    watch_->keymap_changed = false;
    auto keymap = x11::keymap(*connection_);
    if (!keymap) return std::unexpected(std::move(keymap.error()));
    keymap_.emplace(std::move(*keymap));
    auto modifiers = x11::key_modifiers(*connection_);
    if (!modifiers) return std::unexpected(std::move(modifiers.error()));
    modifiers_ = *modifiers;
  }
  group_ = moment.group;
  locked_ = moment.locked;
  strokes_ = keymap_->strokes(group_, locked_);
  for (std::size_t at = 0; at < kHeld.size(); ++at) holders_[at] = keymap_->holder_of(kHeld[at], group_).value_or(0);
  return {};
}

Result<void> X11Keys::find_spare_keys() {
  const std::vector<xkb::Keycode> known = keymap_->spare_keys();
  const xkb::Keycode first = kFirstRare;
  const auto symbols = x11::KeySymbols::read(*connection_, first, kLast);
  if (!symbols) return std::unexpected(symbols.error());
  const auto is_known = [&](xkb::Keycode key) { return std::ranges::find(known, key) != known.end(); };
  std::vector<xkb::Keycode> keys;
  for (xkb::Keycode key = first; key < first + symbols->size(); ++key)
    if (modifiers_[key] == 0 && ((*symbols)[key - first].empty() || is_known(key))) keys.push_back(key);
  // Those that do something for nobody come first.
  std::ranges::stable_partition(keys, [&](xkb::Keycode key) { return (*symbols)[key - first].empty(); });
  spares_.emplace();
  for (const xkb::Keycode key : x11::not_taken(*connection_, keys)) spares_->push_back({.key = key});
  return {};
}

const X11Keys::Spare* X11Keys::spare_of(char32_t character) const noexcept {
  if (!spares_) return nullptr;
  const auto spare = std::ranges::find_if(
      *spares_, [&](const Spare& each) { return each.original.has_value() && each.character == character; });
  return spare == spares_->end() ? nullptr : &*spare;
}

bool X11Keys::in_layout(char32_t character) const {
  const auto stroke = strokes_.find(character);
  return stroke != strokes_.end() && std::ranges::all_of(kHeld, [&](xkb::ModifierMask modifier) {
           return (stroke->second.held & modifier) == 0 || holder_of(modifier) != 0;
         });
}

Result<std::size_t> X11Keys::prepare(std::u32string_view characters) {
  if (!spares_ && !std::ranges::all_of(characters, [&](char32_t each) { return in_layout(each); })) {
    if (auto found = find_spare_keys(); !found) return std::unexpected(std::move(found.error()));
  }
  std::vector<Spare*> needed;
  std::u32string wanting;
  const auto free = [&](const Spare& spare) {
    return !spare.struck && std::ranges::find(needed, &spare) == needed.end();
  };
  std::size_t ready = 0;
  for (; ready < characters.size(); ++ready) {
    const char32_t character = characters[ready];
    if (in_layout(character) || wanting.find(character) != std::u32string::npos) continue;
    if (const Spare* const lent = spare_of(character); lent != nullptr) {
      Spare* const spare = &(*spares_)[static_cast<std::size_t>(lent - spares_->data())];
      if (std::ranges::find(needed, spare) == needed.end()) needed.push_back(spare);
      continue;
    }
    if (spares_->empty()) {
      std::string name;
      append_utf8(name, character);
      return fail(Errc::kUsage, "the keyboard has no key to spare", name, "choose a layout that has it");
    }
    if (needed.size() + wanting.size() >= spares_->size()) break;
    wanting += character;
  }

  // One that has been lent to nobody, or else the one that comes first.
  std::vector<Spare*> lent_now;
  for (const char32_t character : wanting) {
    auto spare = std::ranges::find_if(*spares_, [&](const Spare& each) { return !each.original && free(each); });
    if (spare == spares_->end()) spare = std::ranges::find_if(*spares_, free);
    if (spare == spares_->end()) {  // the others are struck: so far, and no further
      ready = characters.find(character);
      break;
    }
    spare->character = character;
    needed.push_back(&*spare);
    lent_now.push_back(&*spare);
  }
  if (!lent_now.empty()) {
    const auto lent = change_symbols(lent_now, false);
    if (!lent) return std::unexpected(lent.error());
    if (!*lent) return 0;
  }
  for (Spare* const spare : needed) spare->struck = true;
  return ready;
}

x11::KeySymbols X11Keys::writing(char32_t character) const {
  return x11::KeySymbols::writing(xkb::keysym_of(character).value_or(0), (locked_ & xkb::kLock) != 0);
}

Result<bool> X11Keys::change_symbols(const std::vector<Spare*>& spares, bool to_original) {
  const auto [first, last] =
      std::ranges::minmax_element(spares, [](const Spare* a, const Spare* b) { return a->key < b->key; });
  const xkb::Keycode from = (*first)->key;
  connection_->hold_others();
  auto symbols = x11::KeySymbols::read(*connection_, from, (*last)->key);
  watch_->read(*connection_);
  const bool changed = watch_->keymap_changed;  // by another: then it is to be looked at anew
  Result<void> written;
  if (symbols && (to_original || !changed)) {
    const auto before = *symbols;
    for (Spare* const spare : spares) {
      x11::KeySymbols& its = (*symbols)[spare->key - from];
      if (!to_original) {
        if (!spare->original) spare->original = its;
        its = writing(spare->character);
      } else if (its == writing(spare->character)) {
        its = std::move(*spare->original);
      }
    }
    if (*symbols != before) written = x11::KeySymbols::write(*connection_, from, *symbols);
    watch_->read(*connection_);
    watch_->keymap_changed = changed;  // what has come since is our own doing
  }
  connection_->release_others();
  if (!symbols) return std::unexpected(std::move(symbols.error()));
  if (!written) return std::unexpected(std::move(written.error()));
  return to_original || !changed;
}

xkb::Stroke X11Keys::stroke(char32_t character) const {
  if (in_layout(character)) return strokes_.at(character);
  const Spare* const spare = spare_of(character);
  return spare == nullptr ? xkb::Stroke{} : xkb::Stroke{.keycode = spare->key, .held = 0};
}

xkb::Keycode X11Keys::holder_of(xkb::ModifierMask modifier) const noexcept {
  for (std::size_t at = 0; at < kHeld.size(); ++at)
    if (kHeld[at] == modifier) return holders_[at];
  return 0;
}

xkb::Keycode X11Keys::key_with(std::uint32_t symbol) const {
  const auto keys = keymap_ ? keymap_->keys_with(symbol) : std::vector<xkb::Keycode>{};
  return keys.empty() ? 0 : keys.front();
}

xkb::ModifierMask X11Keys::modifiers_of(xkb::Keycode key) const noexcept {
  return key < modifiers_.size() ? modifiers_[key] : 0;
}

bool X11Keys::lent() const noexcept {
  return spares_ && std::ranges::any_of(*spares_, [](const Spare& spare) { return spare.original.has_value(); });
}

void X11Keys::reuse() noexcept {
  if (!spares_) return;
  for (Spare& spare : *spares_) spare.struck = false;
}

Result<void> X11Keys::restore() {
  if (!lent()) return {};
  std::vector<Spare*> lent;
  for (Spare& spare : *spares_)
    if (spare.original) lent.push_back(&spare);
  auto restored = change_symbols(lent, true);
  for (Spare* const spare : lent) *spare = {.key = spare->key};
  if (!restored) return std::unexpected(std::move(restored.error()));
  return {};
}

}  // namespace voicestand::desktop
