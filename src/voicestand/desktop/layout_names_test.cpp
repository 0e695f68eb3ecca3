#include "voicestand/desktop/layout_names.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::desktop {
namespace {

TEST(LayoutNames, AreWrittenWithTheirVariantsBehindThem) {
  EXPECT_EQ(LayoutNames::parse("us"), (LayoutNames{"us", ""}));
  EXPECT_EQ(LayoutNames::parse("de(nodeadkeys)"), (LayoutNames{"de", "nodeadkeys"}));
  EXPECT_EQ(LayoutNames::parse("us, de(nodeadkeys),fr"), (LayoutNames{"us,de,fr", ",nodeadkeys,"}));
  EXPECT_EQ(LayoutNames::parse(""), LayoutNames{});
}

TEST(LayoutNames, WhatIsNoneIsRefused) {
  for (const char* text : {"d e", "de(", "de(a", "de()", "(a)", "us,,de", "../../x", "de(a)b", "de;", "\xC3\xA4"})
    EXPECT_FALSE(LayoutNames::parse(text)) << text;
  EXPECT_FALSE(LayoutNames::parse(std::string(1'000, 'x')));
}

TEST(LayoutInFile, ReadsWhatDebianSystemdAndX11Write) {
  EXPECT_EQ(layout_in_file("# KEYBOARD\nXKBMODEL=\"pc105\"\nXKBLAYOUT=\"de,us\"\nXKBVARIANT=\"nodeadkeys,\"\n"),
            (LayoutNames{"de,us", "nodeadkeys,"}));
  EXPECT_EQ(layout_in_file("KEYMAP=fr\n  XKBLAYOUT=fr \r\n"), (LayoutNames{"fr", ""}));
  EXPECT_EQ(
      layout_in_file("Section \"InputClass\"\n  Option \"XkbLayout\" \"cz\"\n\tOption  \"XkbVariant\" \"qwerty\"\n"
                     "EndSection"),
      (LayoutNames{"cz", "qwerty"}));
}

TEST(LayoutInFile, NamesThatCouldBeNoneAreAsIfNotThere) {
  for (const char* text : {"", "XKBLAYOUT", "XKBLAYOUT=", "XKBLAYOUT=\"\"", "#XKBLAYOUT=de", "XKBLAYOUTS=de",
                           "XKBLAYOUT=$(id)", "XKBLAYOUT=../../etc", "Option", "Option \"XkbLayout\"",
                           "Option \"XkbLayout\" ", R"(Option "XkbModel" "pc105")"})
    EXPECT_FALSE(layout_in_file(text)) << text;
}

TEST(LayoutInFile, WhateverAFileHoldsOnlyNamesComeOutOfIt) {
  rc::check([] {
    std::string content;
    const auto pieces = *rc::gen::container<std::vector<std::string>>(
        rc::gen::oneOf(rc::gen::element<std::string>("XKBLAYOUT=", "XKBVARIANT=", "Option ", "\"XkbLayout\"", "\"",
                                                     "\n", "de", ",", " "),
                       rc::gen::arbitrary<std::string>()));
    for (const std::string& piece : pieces) content += piece;
    const auto names = layout_in_file(content);
    if (!names) return;
    RC_ASSERT(!names->layouts.empty());
    for (const std::string* text : {&names->layouts, &names->variants})
      RC_ASSERT(text->find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-,") ==
                std::string::npos);
  });
}

}  // namespace
}  // namespace voicestand::desktop
