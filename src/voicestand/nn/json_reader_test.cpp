#include "voicestand/nn/json_reader.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "voicestand/base/utf8.h"

namespace voicestand::nn {
namespace {

bool accepted(std::string_view text) {
  JsonReader reader(text);
  return reader.skip() && reader.at_end();
}

TEST(JsonReader, ReadsWhatItIsAskedFor) {
  JsonReader reader(R"( {"size": 12, "names": ["a", "b\n"], "skipped": {"x": [1, {}, []]}, "on": true} )");
  std::string_view key;
  std::string_view text;
  std::uint64_t size = 0;
  bool on = false;
  ASSERT_TRUE(reader.enter_object());
  ASSERT_TRUE(reader.next_key(key));
  EXPECT_EQ(key, "size");
  EXPECT_TRUE(reader.number(size));
  EXPECT_EQ(size, 12U);
  ASSERT_TRUE(reader.next_key(key));
  ASSERT_TRUE(reader.at_array());
  ASSERT_TRUE(reader.enter_array());
  ASSERT_TRUE(reader.next_item());
  EXPECT_TRUE(reader.string(text));
  EXPECT_EQ(text, "a");
  ASSERT_TRUE(reader.next_item());
  EXPECT_TRUE(reader.string(text));
  EXPECT_EQ(text, "b\n");
  EXPECT_FALSE(reader.next_item());
  ASSERT_TRUE(reader.next_key(key));
  EXPECT_TRUE(reader.skip(text));
  EXPECT_EQ(text, R"({"x": [1, {}, []]})");
  ASSERT_TRUE(reader.next_key(key));
  EXPECT_TRUE(reader.boolean(on));
  EXPECT_TRUE(on);
  EXPECT_FALSE(reader.at_end());
  EXPECT_FALSE(reader.next_key(key));
  EXPECT_TRUE(reader.at_end());
  EXPECT_FALSE(reader.failed());
}

TEST(JsonReader, StringsAreUnescaped) {
  const auto string = [](std::string_view json) {
    JsonReader reader(json);
    std::string_view value;
    return reader.string(value) ? std::string(value) : "refused";
  };
  EXPECT_EQ(string(R"("a\"\\\/\b\f\n\r\tz")"), "a\"\\/\b\f\n\r\tz");
  EXPECT_EQ(string(R"("\u0041\u00e9\u2581\ud83d\ude42")"), "A\u00e9\u2581\U0001F642");
  EXPECT_EQ(string("\"plain text of more than eight bytes\""), "plain text of more than eight bytes");
  EXPECT_EQ(string("\"\xE2\x96\x81the\""), "\u2581the");
  for (const auto* json :
       {R"("\ud83d")", R"("\ud83dx")", R"("\ud83d\u0041")", R"("\ude42")", R"("\u12")", R"("\u12g4")", R"("\x")",
        R"("\)", R"(")", "\"a", "\"\n\"", "\"text of more than eight bytes\x01\"", "'a'"})
    EXPECT_EQ(string(json), "refused") << json;
}

TEST(JsonReader, AfterAMistakeEverythingFails) {
  JsonReader reader("[1, 2");
  std::uint64_t number = 0;
  ASSERT_TRUE(reader.enter_array());
  ASSERT_TRUE(reader.next_item());
  EXPECT_TRUE(reader.number(number));
  ASSERT_TRUE(reader.next_item());
  EXPECT_TRUE(reader.number(number));
  EXPECT_FALSE(reader.next_item());
  EXPECT_TRUE(reader.failed());
  EXPECT_FALSE(reader.number(number));
  EXPECT_FALSE(reader.skip());
  EXPECT_FALSE(reader.at_end());
}

TEST(JsonReader, DepthIsBounded) {
  EXPECT_TRUE(accepted(std::string(32, '[') + std::string(32, ']')));
  EXPECT_FALSE(accepted(std::string(33, '[') + std::string(33, ']')));
  EXPECT_FALSE(accepted(std::string(1'000'000, '[')));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_FALSE(accepted(objects));
}

// Another parser's judgement, but for the depth and for the encoding, which do not matter here.
TEST(JsonReader, AcceptsWhatIsJsonAndNothingElse) {
  constexpr std::string_view kPieces[] = {"{",  "}",  "[",  "]", ",",       ":",    "\"a\"", R"("\n")", "0",
                                          "1",  "-",  ".",  "e", "+",       "true", "null",  "false",   " ",
                                          "12", "\"", "\\", "u", "\"\\u00", "41",   "tru",   "0.5",     "-1e9"};
  const bool holds = rc::check([&] {
    std::string text;
    const auto pieces =
        *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, static_cast<int>(std::size(kPieces))));
    for (const int piece : pieces) text += kPieces[piece];
    RC_ASSERT(accepted(text) == nlohmann::json::accept(text));
  });
  EXPECT_TRUE(holds);
  for (const auto* text : {"",          " ",    "01",   "-0",      "-01", "1.",         ".5",      "1e",    "1e+",
                           "1E-5",      "[1,]", "[,1]", "{\"a\"}", "{,}", "{\"a\":1,}", "{1:1}",   "[1 2]", "nul",
                           "truefalse", "1 1",  "[]]",  "{}",      "[]",  "-",          "\t[\r\n]"})
    EXPECT_EQ(accepted(text), nlohmann::json::accept(text)) << text;
}

TEST(JsonReader, ReadsBackWhatAnotherWrites) {
  const bool holds = rc::check([] {
    const auto strings = *rc::gen::arbitrary<std::vector<std::string>>();
    const auto numbers = *rc::gen::arbitrary<std::vector<std::uint64_t>>();
    const auto json = nlohmann::json{{"numbers", numbers}, {"strings", strings}}.dump(
        -1, ' ', *rc::gen::arbitrary<bool>(), nlohmann::json::error_handler_t::replace);
    JsonReader reader(json);
    std::string_view key;
    RC_ASSERT(reader.enter_object() && reader.next_key(key) && reader.enter_array());
    for (const auto number : numbers) {
      std::uint64_t read = 0;
      RC_ASSERT(reader.next_item() && reader.number(read));
      RC_ASSERT(read == number);
    }
    RC_ASSERT(!reader.next_item() && reader.next_key(key) && reader.enter_array());
    for (const auto& string : strings) {
      std::string_view read;
      RC_ASSERT(reader.next_item() && reader.string(read));
      RC_ASSERT(read == valid_utf8(string));
    }
    RC_ASSERT(!reader.next_item() && !reader.next_key(key) && reader.at_end());
  });
  EXPECT_TRUE(holds);
}

TEST(Utf8, TellsValidFromBroken) {
  EXPECT_EQ(valid_utf8("a\u00e9\u2581\U0001F642\uFFFD"), "a\u00e9\u2581\U0001F642\uFFFD");
  EXPECT_EQ(valid_utf8("\xE2\x82"), "\uFFFD");  // cut off
  EXPECT_EQ(valid_utf8("\xE2\x82x"), "\uFFFDx");
  EXPECT_EQ(valid_utf8("\xF0\x90\x80"), "\uFFFD");
  EXPECT_EQ(valid_utf8("\xC0\xAF"), "\uFFFD\uFFFD");  // overlong
  EXPECT_EQ(valid_utf8("\xE0\x80\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // half of a pair
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(valid_utf8("\x80\xFF"), "\uFFFD\uFFFD");
  EXPECT_EQ(utf8_length("\xE2\x82\xAC"), 3U);
  EXPECT_EQ(utf8_length("\xE2\x82"), 0U);
}

TEST(Utf8, WhatIsWrittenIsRead) {
  for (const std::uint32_t point :
       {0x0U, 0x7FU, 0x80U, 0x7FFU, 0x800U, 0xD7FFU, 0xE000U, 0xFFFFU, 0x10000U, 0x10FFFFU}) {
    std::string text;
    append_utf8(text, point);
    EXPECT_EQ(utf8_length(text), text.size()) << point;
  }
}

}  // namespace
}  // namespace voicestand::nn
