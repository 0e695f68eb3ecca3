#include "voicestand/desktop/key_chord.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "voicestand/base/ascii.h"
#include "voicestand/base/nearest.h"
#include "voicestand/desktop/key_names.h"

namespace voicestand::desktop {
namespace {

constexpr std::uint32_t kF1 = 0xFFBE;
constexpr std::uint32_t kMostFunctions = 35;
constexpr std::uint32_t kLastCode = 255;
constexpr std::uint32_t kLastButton = 32;

struct Modifier {
  std::string_view name;
  KeyChord::Held held;
};
// The first of each is the one that is shown.
constexpr std::array kModifiers{Modifier{"ctrl", KeyChord::kControl}, Modifier{"control", KeyChord::kControl},
                                Modifier{"alt", KeyChord::kAlt},      Modifier{"shift", KeyChord::kShift},
                                Modifier{"super", KeyChord::kSuper},  Modifier{"win", KeyChord::kSuper},
                                Modifier{"meta", KeyChord::kSuper}};

std::string small(std::string_view text) {
  std::string all(text);
  std::ranges::transform(all, all.begin(), ascii_lower);
  return all;
}

std::optional<std::uint32_t> number_after(std::string_view text, std::string_view word, std::uint32_t most) {
  if (!text.starts_with(word)) return std::nullopt;
  text.remove_prefix(word.size());
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0 || number > most) return std::nullopt;
  return number;
}

bool is_plain(char letter) {
  return letter > ' ' && letter <= '~';
}

// `name`: in small letters.
std::optional<KeyChord> key_called(std::string_view name) {
  if (const auto button = number_after(name, "button", kLastButton))
    return KeyChord{.kind = KeyChord::Kind::kButton, .number = *button};
  if (const auto code = number_after(name, "keycode", kLastCode))
    return KeyChord{.kind = KeyChord::Kind::kCode, .number = *code};
  if (const auto function = number_after(name, "f", kMostFunctions)) return KeyChord{.number = kF1 + *function - 1};
  if (name.size() == 1 && is_plain(name.front()))
    return KeyChord{.number = static_cast<std::uint32_t>(static_cast<unsigned char>(name.front()))};
  for (const KeyName& known : key_names())
    if (small(known.name) == name) return KeyChord{.number = known.symbol};
  return std::nullopt;
}

const Modifier* modifier_called(std::string_view name) {
  const auto found = std::ranges::find(kModifiers, name, &Modifier::name);
  return found == kModifiers.end() ? nullptr : &*found;
}

std::unexpected<Error> unknown_key(std::string_view text, const std::string& name) {
  std::vector<std::string> all{"f1", "f13", "button1", "button8"};
  for (const KeyName& known : key_names()) all.push_back(small(known.name));
  const std::vector<std::string_view> views(all.begin(), all.end());
  std::string_view best = nearest(name, views);
  for (const KeyName& known : key_names())
    if (small(known.name) == best) best = known.name;
  return fail(Errc::kUsage, "there is no key '" + name + "'", text,
              "is it '" + std::string(best) + "'? 'voicestand keys' shows what a key is called");
}

std::unexpected<Error> unknown_modifier(std::string_view text, const std::string& name) {
  std::vector<std::string_view> names;
  for (const Modifier& known : kModifiers) names.push_back(known.name);
  return fail(Errc::kUsage, "'" + name + "' cannot be held with another key", text,
              "is it '" + std::string(nearest(name, names)) + "'?");
}

}  // namespace

Result<KeyChord> KeyChord::parse(std::string_view text) {
  std::uint8_t held = 0;
  std::string rest = small(text);
  for (std::size_t plus = rest.find('+'); plus != std::string::npos && rest.size() > 1; plus = rest.find('+')) {
    const std::string name = rest.substr(0, plus);
    const Modifier* const modifier = modifier_called(name);
    if (modifier == nullptr) return unknown_modifier(text, name);
    held = static_cast<std::uint8_t>(held | modifier->held);
    rest.erase(0, plus + 1);
  }
  if (modifier_called(rest) != nullptr)
    return fail(Errc::kUsage, "'" + rest + "' is held with another key", text,
                "name that key too, or say which: 'Control_R', 'Alt_R', 'Shift_R', 'Super_R'");
  auto chord = key_called(rest);
  if (!chord) return unknown_key(text, rest);
  chord->held = held;
  return *chord;
}

KeyChord KeyChord::of_key(std::uint32_t symbol, std::uint32_t code, std::uint8_t held) {
  if (symbol >= 'A' && symbol <= 'Z') symbol += 'a' - 'A';
  const bool letter = symbol < 0x80 && is_plain(static_cast<char>(symbol));
  const bool function = symbol >= kF1 && symbol < kF1 + kMostFunctions;
  const bool named = std::ranges::find(key_names(), symbol, &KeyName::symbol) != key_names().end();
  if (letter || function || named) return {.kind = Kind::kSymbol, .number = symbol, .held = held};
  return {.kind = Kind::kCode, .number = code, .held = held};
}

std::string KeyChord::text() const {
  std::string text;
  std::uint8_t left = held;
  for (const Modifier& modifier : kModifiers) {
    if ((left & modifier.held) == 0) continue;
    left = static_cast<std::uint8_t>(left & ~modifier.held);
    text += std::string(modifier.name) + "+";
  }
  if (kind == Kind::kButton) return text + "button" + std::to_string(number);
  if (kind == Kind::kCode) return text + "keycode" + std::to_string(number);
  if (number >= kF1 && number < kF1 + kMostFunctions) return text + "F" + std::to_string(number - kF1 + 1);
  for (const KeyName& known : key_names())
    if (known.symbol == number) return text + std::string(known.name);
  return text + static_cast<char>(number);
}

}  // namespace voicestand::desktop
