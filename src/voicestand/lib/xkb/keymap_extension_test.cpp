#include "voicestand/lib/xkb/keymap_extension.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::xkb {
namespace {

constexpr std::uint32_t kFirst = 0;

Keymap named(const std::string& layouts) {
  auto keymap = Keymap::named(layouts, {});
  EXPECT_TRUE(keymap) << layouts;
  return std::move(*keymap);
}

// All that a key writes, but for the spare keys' own old symbols.
void expect_both(const Keymap& extended, const Keymap& base, const Strokes& added) {
  ASSERT_EQ(extended.groups(), base.groups());
  for (std::uint32_t group = 0; group < base.groups(); ++group) {
    const Strokes now = extended.strokes(group, 0);
    const Strokes before = base.strokes(group, 0);
    for (const auto& [character, stroke] : before) {
      ASSERT_TRUE(now.contains(character)) << static_cast<std::uint32_t>(character);
      if (added.contains(character)) continue;  // which may have the easier stroke now
      EXPECT_EQ(now.at(character), stroke) << static_cast<std::uint32_t>(character);
    }
    for (const auto& [character, stroke] : added) {
      ASSERT_TRUE(now.contains(character)) << static_cast<std::uint32_t>(character);
      if (before.contains(character)) continue;
      EXPECT_EQ(now.at(character), stroke) << static_cast<std::uint32_t>(character);
    }
  }
}

TEST(KeymapExtension, HasTheOldStrokesAndTheNew) {
  const std::vector<char32_t> characters{U'é', U'ß', U'я', U'中', U'😀', U'\u0301', U'€'};
  for (const char* layouts : {"us", "de", "fr", "ru", "us,de,gr", "jp"}) {
    SCOPED_TRACE(layouts);
    const Keymap base = named(layouts);
    const auto extension = KeymapExtension::of(base);
    ASSERT_TRUE(extension);
    const auto extended = extension->with(characters);
    ASSERT_TRUE(extended);
    ASSERT_EQ(extended->added.size(), characters.size());
    const auto keymap = Keymap::parse(extended->text);
    ASSERT_TRUE(keymap) << extended->text;
    expect_both(*keymap, base, extended->added);
  }
}

TEST(KeymapExtension, WritesAnySetOfCharacters) {
  const Keymap base = named("us,de");
  const auto extension = KeymapExtension::of(base);
  ASSERT_TRUE(extension);
  rc::check("a keymap with characters added has them, and what it had before", [&] {
    const auto code_point =
        rc::gen::oneOf(rc::gen::inRange<char32_t>(0xA0, 0xD800), rc::gen::inRange<char32_t>(0xE000, 0xFDD0),
                       rc::gen::inRange<char32_t>(0x1F300, 0x1FAFF));
    const auto characters = *rc::gen::unique<std::vector<char32_t>>(code_point);
    const auto extended = extension->with(characters);
    RC_ASSERT(extended.has_value());
    RC_ASSERT(extended->added.size() == std::min(characters.size(), extension->room()));
    const auto keymap = Keymap::parse(extended->text);
    RC_ASSERT(keymap.has_value());
    const Strokes now = keymap->strokes(kFirst, 0);
    for (const auto& [character, stroke] : base.strokes(kFirst, 0)) RC_ASSERT(now.contains(character));
    for (const auto& [character, stroke] : extended->added) RC_ASSERT(now.contains(character));
  });
}

TEST(KeymapExtension, KeepsItsMarkWhenWrittenAnew) {
  const auto extended = KeymapExtension::of(named("us"))->with(std::vector<char32_t>{U'é'});
  ASSERT_TRUE(extended);
  EXPECT_NE(Keymap::parse(extended->text)->text().find(kExtensionMark), std::string::npos);
  EXPECT_EQ(named("us").text().find(kExtensionMark), std::string::npos);
}

TEST(KeymapExtension, ModifiersKeepTheirKeys) {
  for (const char* layout : {"us", "de"}) {
    const Keymap base = named(layout);
    const auto extension = KeymapExtension::of(base);
    std::vector<char32_t> many;
    for (std::size_t n = 0; n < extension->room(); ++n) many.push_back(static_cast<char32_t>(0x4E00 + n));
    const auto keymap = Keymap::parse(extension->with(many)->text);
    ASSERT_TRUE(keymap);
    for (const ModifierMask modifier : {kShift, kLevelThree})
      EXPECT_EQ(keymap->holder_of(modifier, kFirst), base.holder_of(modifier, kFirst)) << layout;
  }
}

TEST(KeymapExtension, CanDoWithoutAKeymap) {
  const KeymapExtension nothing = KeymapExtension::of_nothing();
  EXPECT_EQ(nothing.room(), 48U);
  const std::vector<char32_t> characters{U'a', U'A', U'\n', U'\t', U' ', U'ж'};
  const auto extended = nothing.with(characters);
  ASSERT_TRUE(extended);
  const auto keymap = Keymap::parse(extended->text);
  ASSERT_TRUE(keymap) << extended->text;
  const Strokes now = keymap->strokes(kFirst, 0);
  EXPECT_EQ(now, extended->added);
  EXPECT_EQ(now.size(), characters.size());
}

TEST(KeymapExtension, RefusesWhatHasNoKeysym) {
  const auto extended = KeymapExtension::of_nothing().with(std::vector<char32_t>{U'a', 0x110000});
  ASSERT_FALSE(extended);
  EXPECT_EQ(extended.error().code, Errc::kUsage);
}

}  // namespace
}  // namespace voicestand::xkb
