#include "voicestand/desktop/typed_text.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::desktop {
namespace {

TEST(TypedText, TakesTextOfAllWritings) {
  for (const std::string text : {"", "Hello, world.", "naïve Ünïcode", "привет", "日本語", "👍🏽", "שלום", "a\tb\nc"}) {
    const auto typed = TypedText::from(text);
    ASSERT_TRUE(typed) << text;
    EXPECT_EQ(typed->utf8(), text);
  }
}

TEST(TypedText, EveryLineEndIsOneReturn) {
  EXPECT_EQ(TypedText::from("a\r\nb\rc\n\r\n")->utf8(), "a\nb\nc\n\n");
}

TEST(TypedText, ControlCharactersAreRefused) {
  for (int character = 0; character < 0xA0; ++character) {
    const bool control = character < 0x20 || (character >= 0x7F && character <= 0x9F);
    if (!control || character == '\n' || character == '\t' || character == '\r') continue;
    const std::string text = character < 0x80 ? std::string("a") + static_cast<char>(character)
                                              : std::string("a\xC2") + static_cast<char>(character);
    const auto typed = TypedText::from(text);
    ASSERT_FALSE(typed) << character;
    EXPECT_EQ(typed.error().code, Errc::kUsage);
  }
}

TEST(TypedText, TakesBackWhatIsTakenForOneCharacterAtOnce) {
  const auto erased = [](std::string_view text) {
    const auto typed = TypedText::replacing(text, "x").value();
    EXPECT_EQ(typed.characters().back(), U'x');
    EXPECT_TRUE(typed.erases());
    return typed.characters().size() - 1;
  };
  EXPECT_EQ(erased("Hello.\n"), 7U);
  EXPECT_EQ(erased("na\u0308h"), 3U);
  EXPECT_EQ(erased("👍🏽"), 1U);
  EXPECT_EQ(erased("👩‍👩‍👧 日本"), 4U);
  EXPECT_EQ(erased("🇩🇪🇫🇷"), 2U);
  EXPECT_FALSE(TypedText::replacing("", "x")->erases());
  EXPECT_FALSE(TypedText::replacing("a", "\b")) << "a text takes nothing back by itself";
}

TEST(TypedText, AnyBytesAreTakenWholeOrRefused) {
  rc::check("what is taken is valid, and is taken unchanged the second time", [](const std::string& bytes) {
    const auto typed = TypedText::from(bytes);
    if (!typed) return;
    RC_ASSERT(TypedText::from(typed->utf8())->characters() == typed->characters());
  });
}

}  // namespace
}  // namespace voicestand::desktop
