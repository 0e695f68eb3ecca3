#include "voicestand/lib/toml/document.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::toml {
namespace {

constexpr std::string_view kSample =
    "# mine\n"
    "[recognition]\n"
    "model = \"moonshine-tiny-en\" # small\n"
    "threads = 2\n"
    "\n"
    "[segmentation]\n"
    "onset_probability = 0.5\n"
    "when = 2024-01-02\n"
    "inline = { a = 1, \"b c\" = [1, 2] }\n"
    "[empty]\n";

const Entry* find(const std::vector<Entry>& entries, std::string_view key) {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &*found;
}

TEST(Parse, OpensUpTablesWithTheirLines) {
  const auto entries = parse(kSample, "c.toml");
  ASSERT_TRUE(entries) << entries.error().message();
  const auto expect = [&](std::string_view key, const Value& value, std::size_t line) {
    const auto* entry = find(*entries, key);
    ASSERT_NE(entry, nullptr) << key;
    EXPECT_EQ(entry->value, value) << key;
    EXPECT_EQ(entry->line, line) << key;
  };
  expect("recognition.model", "moonshine-tiny-en", 3);
  expect("recognition.threads", std::int64_t{2}, 4);
  expect("segmentation.onset_probability", 0.5, 7);
  expect("segmentation.when", OtherKind{"date"}, 8);
  expect("segmentation.inline.a", std::int64_t{1}, 9);
  expect("segmentation.inline.\"b c\"", OtherKind{"array"}, 9);
  expect("empty", OtherKind{"table"}, 10);
  EXPECT_EQ(entries->size(), 7U);
}

TEST(Parse, TellsTextsInArraysAndPartsOfKeys) {
  const auto entries = parse("[a.\"b.c\"]\nd = ['x', \"y\"]\ne = []\nf = ['x', 1]\ng = [['x']]\n", "c.toml");
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 4U);
  EXPECT_EQ(entries->at(0).key, "a.\"b.c\".d");
  EXPECT_EQ(entries->at(0).parts, (std::vector<std::string>{"a", "b.c", "d"}));
  EXPECT_EQ(entries->at(0).value, Value(std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(entries->at(1).value, Value(std::vector<std::string>{}));
  EXPECT_EQ(entries->at(2).value, Value(OtherKind{"array"}));
  EXPECT_EQ(entries->at(3).value, Value(OtherKind{"array"}));
}

TEST(Parse, TakesAByteOrderMarkAndWindowsLines) {
  const auto entries = parse("\xEF\xBB\xBF[a]\r\nb = 1\r\nc = \"x\"\r\n", "c.toml");
  ASSERT_TRUE(entries);
  EXPECT_EQ(find(*entries, "a.b")->line, 2U);
  EXPECT_EQ(find(*entries, "a.c")->value, Value("x"));
}

TEST(Parse, NamesTheLineOfASyntaxError) {
  const auto broken = parse("[a]\nb = 1\nc = = 2\n", "c.toml");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, Errc::kBadConfig);
  EXPECT_EQ(broken.error().where, "c.toml:3");
  EXPECT_EQ(parse("[a]\nb = 1\nb = 2\n", "c.toml").error().where, "c.toml:3");
}

TEST(Parse, NamesTheLineThatIsNotUtf8) {
  for (const char* bad : {"\xFF", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    const auto broken = parse("a = 1\nb = \"" + std::string(bad) + "\"\n", "c.toml");
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().where, "c.toml:2");
  }
  EXPECT_EQ(first_line_not_utf8("gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x99\x82"), 0U);
}

TEST(Parse, SurvivesDamagedText) {
  std::mt19937 random(20240501);  // NOLINT(cert-msc51-cpp): the same damage every time
  for (int round = 0; round < 20'000; ++round) {
    std::string text(kSample);
    for (int flips = 0; flips < 3; ++flips) text[random() % text.size()] = static_cast<char>(random() % 128);
    if (round % 3 == 0) text.resize(random() % text.size());
    const auto entries = parse(text, "c.toml");
    if (!entries) {
      EXPECT_EQ(entries.error().code, Errc::kBadConfig);
    }
  }
  EXPECT_FALSE(parse(std::string(100'000, '['), "c.toml"));
  EXPECT_FALSE(parse("a = " + std::string(100'000, '['), "c.toml"));
}

TEST(BasicString, ReadsBackAsTheSameText) {
  EXPECT_TRUE(rc::check([] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("a", "\"", "\\", "\n", "\r", "\t", "\x01", "\x1F", "\x7F", "#", "'", " ",
                                      "\xC3\xBC", "\xE2\x82\xAC", "\xF0\x9F\x99\x82", "\"\"\""));
    std::string bytes;
    for (const auto& piece : pieces) bytes += piece;
    const auto entries = parse("a = " + basic_string(bytes), "c.toml");
    RC_ASSERT(entries.has_value());
    RC_ASSERT(entries->front().value == Value(bytes));
  }));
}

}  // namespace
}  // namespace voicestand::toml
