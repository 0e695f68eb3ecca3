#include "voicestand/lib/xkb/keymap.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::xkb {
namespace {

constexpr std::uint32_t kFirst = 0;

Keymap named(const std::string& layouts, const std::string& variants = {}) {
  auto keymap = Keymap::named(layouts, variants);
  EXPECT_TRUE(keymap) << layouts;
  return std::move(*keymap);
}

TEST(Keymap, WritesWhatStandsOnTheKeys) {
  const Strokes strokes = named("us").strokes(kFirst, 0);
  EXPECT_EQ(strokes.at(U'a'), (Stroke{.keycode = 38, .held = 0}));
  EXPECT_EQ(strokes.at(U'A'), (Stroke{.keycode = 38, .held = kShift}));
  EXPECT_EQ(strokes.at(U'\n'), (Stroke{.keycode = 36, .held = 0}));
  EXPECT_EQ(strokes.at(U'\t'), (Stroke{.keycode = 23, .held = 0}));
  EXPECT_EQ(strokes.at(U'1').keycode, 10U) << "not the number pad's";
  EXPECT_FALSE(strokes.contains(U'é'));
}

TEST(Keymap, EachLayoutHasItsOwnKeys) {
  const Keymap keymap = named("us,de,fr");
  ASSERT_EQ(keymap.groups(), 3U);
  EXPECT_EQ(keymap.strokes(0, 0).at(U'z').keycode, 52U);
  EXPECT_EQ(keymap.strokes(1, 0).at(U'z').keycode, 29U);
  EXPECT_EQ(keymap.strokes(2, 0).at(U'a').keycode, 24U);
  EXPECT_EQ(keymap.strokes(1, 0).at(U'@'), (Stroke{.keycode = 24, .held = kLevelThree}));
  EXPECT_FALSE(keymap.strokes(1, 0).contains(U'^')) << "a dead key there";
}

TEST(Keymap, CapsLockTurnsShiftAround) {
  const Strokes strokes = named("us").strokes(kFirst, kLock);
  EXPECT_EQ(strokes.at(U'A').held, 0U);
  EXPECT_EQ(strokes.at(U'a').held, kShift);
  EXPECT_EQ(strokes.at(U'1').held, 0U);
}

TEST(Keymap, KnowsWhatHoldsAModifier) {
  const Keymap german = named("de");
  EXPECT_EQ(german.holder_of(kShift, kFirst), 50U);
  const auto alt_gr = german.holder_of(kLevelThree, kFirst);
  ASSERT_TRUE(alt_gr);
  EXPECT_TRUE(*alt_gr == 108U || *alt_gr == 92U) << *alt_gr;
  EXPECT_EQ(named("us").holder_of(kLock, kFirst), std::nullopt) << "Caps Lock locks it";
}

TEST(Keymap, SpareKeysAreNoneThatAWindowKnows) {
  const auto spare = named("us,ru").spare_keys();
  EXPECT_EQ(spare.size(), 18U);
  for (const Keycode key : spare) EXPECT_TRUE(key == 92 || (key >= 191 && key <= 207)) << key;
}

TEST(Keymap, FindsKeysByWhatIsOnThem) {
  constexpr std::uint32_t kSpace = ' ';
  constexpr std::uint32_t kScrollLock = 0xFF14;
  const Keymap keymap = named("us,de,ru");
  EXPECT_EQ(keymap.keys_with(kSpace), std::vector<Keycode>{65});
  EXPECT_EQ(keymap.keys_with(kScrollLock), std::vector<Keycode>{78});
  EXPECT_EQ(keymap.keys_with('z'), (std::vector<Keycode>{52, 29})) << "where the two layouts have it";
  EXPECT_TRUE(keymap.keys_with('Z').empty()) << "Shift writes it";
  EXPECT_EQ(keymap.symbol_of(65), kSpace);
  EXPECT_EQ(keymap.symbol_of(52), std::uint32_t{'z'});
  EXPECT_EQ(keymap.symbol_of(0), 0U);
  EXPECT_EQ(keymap.symbol_of(1'000), 0U);
}

TEST(Keymap, ReadsItsOwnText) {
  rc::check("a layout that has been written and read has the same strokes", [] {
    const auto layout = *rc::gen::element<std::string>("us", "de", "fr", "ru", "gr", "il", "jp");
    const Keymap keymap = named(layout);
    const auto again = Keymap::parse(keymap.text());
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->strokes(kFirst, 0) == keymap.strokes(kFirst, 0));
  });
}

TEST(Keymap, WhatIsNoLayoutIsRefused) {
  EXPECT_EQ(Keymap::parse("xkb_keymap {").error().code, Errc::kBadData);
  EXPECT_EQ(Keymap::parse("").error().code, Errc::kBadData);
  EXPECT_EQ(Keymap::named("nowhere", "").error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace voicestand::xkb
