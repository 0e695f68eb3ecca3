#include "voicestand/desktop/chord_match.h"

#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/desktop/key_chord.h"

namespace voicestand::desktop {
namespace {

using Event = InputDevices::Event;
using Kind = Event::Kind;

const HeldKeys& held_keys() {
  static const HeldKeys keys = [] {
    HeldKeys held{};
    held[KEY_LEFTCTRL] = held[KEY_RIGHTCTRL] = KeyChord::kControl;
    held[KEY_LEFTALT] = KeyChord::kAlt;
    return held;
  }();
  return keys;
}

Event key(std::uint32_t device, std::uint16_t code, bool pressed) {
  return {.device = device, .code = code, .pressed = pressed};
}
Event state(std::uint32_t device, std::initializer_list<std::size_t> down) {
  Event event{.kind = Kind::kState, .device = device};
  for (const std::size_t code : down) event.down[code] = true;
  return event;
}

// "0+" for each chord that is pressed and "0-" for each that is released.
std::string told(ChordMatch& match, std::initializer_list<Event> events) {
  std::string told;
  for (const Event& event : events)
    for (const auto& move : match.take(event)) told += std::to_string(move.chord) + (move.pressed ? "+" : "-");
  return told;
}

ChordMatch control_space() {
  return {{{.codes = {KEY_SPACE}, .held = KeyChord::kControl}, {.codes = {KEY_F13}}}, held_keys()};
}

TEST(ChordMatch, PressAndReleaseOfTheKeyItself) {
  ChordMatch match = control_space();
  EXPECT_EQ(told(match, {key(1, KEY_LEFTCTRL, true), key(1, KEY_SPACE, true)}), "0+");
  EXPECT_EQ(told(match, {key(1, KEY_LEFTCTRL, false)}), "");
  EXPECT_EQ(told(match, {key(1, KEY_SPACE, false), key(1, KEY_SPACE, true), key(1, KEY_SPACE, false)}), "0-");
  EXPECT_EQ(told(match, {key(1, KEY_F13, true), key(1, KEY_F13, false)}), "1+1-");
}

TEST(ChordMatch, ExactlyWhatItAsksForIsHeldOnWhicheverKeyboard) {
  ChordMatch match = control_space();
  EXPECT_EQ(told(match, {key(1, KEY_RIGHTCTRL, true), key(2, KEY_SPACE, true), key(2, KEY_SPACE, false)}), "0+0-");
  EXPECT_EQ(told(match, {key(2, KEY_LEFTALT, true), key(1, KEY_SPACE, true), key(1, KEY_SPACE, false)}), "");
}

TEST(ChordMatch, AKeyboardThatGoesLetsGoOfItsKeys) {
  ChordMatch match = control_space();
  EXPECT_EQ(told(match, {key(1, KEY_LEFTCTRL, true), key(2, KEY_SPACE, true)}), "0+");
  EXPECT_EQ(told(match, {{.kind = Kind::kGone, .device = 1}}), "");
  EXPECT_EQ(told(match, {{.kind = Kind::kGone, .device = 2}}), "0-");
  EXPECT_EQ(told(match, {key(3, KEY_SPACE, true)}), "");  // no Ctrl any more
}

TEST(ChordMatch, WhatWasLostIsMadeUpFor) {
  ChordMatch match = control_space();
  EXPECT_EQ(told(match, {state(1, {KEY_F13})}), "");  // since when?
  EXPECT_EQ(told(match, {key(1, KEY_F13, true), key(1, KEY_F13, false)}), "");
  EXPECT_EQ(told(match, {key(1, KEY_F13, true), state(1, {})}), "1+1-");
  EXPECT_EQ(told(match, {state(1, {KEY_F13}), key(1, KEY_F13, false)}), "1+1-");
}

TEST(ChordMatch, ToEachPressComesOneReleaseWhateverDevicesDo) {
  rc::check([] {
    const auto moves = *rc::gen::container<std::vector<std::tuple<int, int, std::uint32_t>>>(
        rc::gen::tuple(rc::gen::inRange(0, 12), rc::gen::inRange(0, 5), rc::gen::inRange<std::uint32_t>(1, 4)));
    constexpr std::array<std::uint16_t, 5> kCodes{KEY_SPACE, KEY_F13, KEY_LEFTCTRL, KEY_LEFTALT, KEY_A};
    ChordMatch match = control_space();
    std::map<std::uint32_t, std::set<std::uint16_t>> down;
    std::array<bool, 2> pressed{};
    const auto take = [&](const Event& event) {
      for (const auto& move : match.take(event)) {
        RC_ASSERT(pressed.at(move.chord) != move.pressed);
        pressed.at(move.chord) = move.pressed;
        if (!move.pressed || event.kind != Kind::kKey) continue;
        // As it ought to be, reckoned anew from what is down.
        KeyCodes others;
        for (const auto& [device, codes] : down)
          for (const std::uint16_t code : codes) others[code] = code != event.code;
        RC_ASSERT(held_by(held_keys(), others) == (move.chord == 0 ? KeyChord::kControl : 0));
        RC_ASSERT(event.code == (move.chord == 0 ? KEY_SPACE : KEY_F13));
      }
    };
    for (const auto& [what, which, device] : moves) {
      const std::uint16_t code = kCodes.at(static_cast<std::size_t>(which));
      if (what == 0) {
        down.erase(device);
        take({.kind = Kind::kGone, .device = device});
      } else if (what == 1) {
        down[device] = {code};
        take(state(device, {code}));
      } else {
        const bool press = what % 2 == 0;
        if (press)
          down[device].insert(code);
        else
          down[device].erase(code);
        take(key(device, code, press));
      }
    }
    for (std::uint32_t device = 1; device < 4; ++device) take({.kind = Kind::kGone, .device = device});
    RC_ASSERT(!pressed[0]);
    RC_ASSERT(!pressed[1]);
  });
}

}  // namespace
}  // namespace voicestand::desktop
