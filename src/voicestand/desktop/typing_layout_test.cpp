#include "voicestand/desktop/typing_layout.h"

#include <string>

#include <gtest/gtest.h>

namespace voicestand::desktop {
namespace {

std::string keymap_of(const std::string& layouts) {
  const auto keymap = xkb::Keymap::named(layouts, "");
  EXPECT_TRUE(keymap) << layouts;
  return keymap->text();
}

TEST(TypingLayout, WritesWithTheKeysOfAllLayouts) {
  const auto layout = TypingLayout::of(keymap_of("us,de"));
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->key_for(U'a')->group, 0U);
  EXPECT_EQ(layout->key_for(U'ü')->group, 1U);
  EXPECT_FALSE(layout->key_for(U'я'));
}

TEST(TypingLayout, MakesKeysForWhatIsLacking) {
  auto layout = TypingLayout::of(keymap_of("us"));
  ASSERT_TRUE(layout);
  const auto none = layout->add(U"plain");
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);

  const auto extended = layout->add(U"aéя");
  ASSERT_TRUE(extended && *extended);
  EXPECT_TRUE(layout->key_for(U'é') && layout->key_for(U'я'));
  const auto keymap = xkb::Keymap::parse(**extended);
  ASSERT_TRUE(keymap);
  EXPECT_EQ(keymap->strokes(0, 0).at(U'я'), layout->key_for(U'я')->stroke);

  ASSERT_TRUE(layout->add(U"中"));
  EXPECT_TRUE(layout->key_for(U'中'));
  EXPECT_FALSE(layout->key_for(U'é')) << "its key has another character now";
  layout->drop_added();
  EXPECT_FALSE(layout->key_for(U'中'));
  EXPECT_TRUE(layout->key_for(U'a'));
}

TEST(TypingLayout, TakesAsManyAsThereIsRoomFor) {
  auto layout = TypingLayout::of(keymap_of("us"));
  std::u32string many;
  for (char32_t n = 0; n < 300; ++n) many += static_cast<char32_t>(0x4E00 + n);
  ASSERT_TRUE(layout->add(many));
  EXPECT_TRUE(layout->key_for(many.front()));
  EXPECT_FALSE(layout->key_for(many.back()));
}

TEST(TypingLayout, DoesWithoutAKeymapThatItCanUse) {
  // The second is one that another program may have made: it has no key to spare.
  for (const std::string& useless :
       {std::string(), std::string("xkb_keymap {"),
        std::string("xkb_keymap { xkb_keycodes \"\" { <K1> = 9; }; xkb_types \"\" { }; xkb_compatibility \"\" { }; "
                    "xkb_symbols \"\" { key <K1> { [ a ] }; }; };")}) {
    const auto layout = TypingLayout::of(useless);
    ASSERT_TRUE(layout) << useless;
    EXPECT_TRUE(layout->key_for(U'b')) << useless;
    EXPECT_TRUE(xkb::Keymap::parse(layout->keymap())) << useless;
  }
}

TEST(TypingLayout, SaysWhatNoKeyCanWrite) {
  const auto layout = TypingLayout::of(keymap_of("us"));
  EXPECT_TRUE(layout->check(U"aя中\n\t"));
  const auto refused = layout->check(std::u32string{0x110000});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kUsage);
}

}  // namespace
}  // namespace voicestand::desktop
