#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/lib/toml/document.h"

namespace voicestand::toml {
namespace {

std::string set_model(std::string_view text, std::string_view value = "m2") {
  const auto edited = with_string(text, "c.toml", "recognition", "model", value);
  EXPECT_TRUE(edited) << edited.error().message();
  return edited.value_or("");
}

TEST(WithString, ReplacesTheValueInPlace) {
  EXPECT_EQ(set_model("# top\n[recognition]\n  model   =  'm1'  # why\nthreads = 2\n"),
            "# top\n[recognition]\n  model   =  \"m2\"  # why\nthreads = 2\n");
  EXPECT_EQ(set_model("[recognition]\r\nmodel = \"m1\"\r\n"), "[recognition]\r\nmodel = \"m2\"\r\n");
  EXPECT_EQ(set_model("\xEF\xBB\xBF[recognition]\nmodel = \"gr\xC3\xBC\xC3\x9F\" # \xE2\x82\xAC"),
            "\xEF\xBB\xBF[recognition]\nmodel = \"m2\" # \xE2\x82\xAC");
  EXPECT_EQ(set_model("recognition = { model = \"m1\", threads = 2 }"),
            "recognition = { model = \"m2\", threads = 2 }");
  EXPECT_EQ(set_model("recognition.model = \"m1\"\n"), "recognition.model = \"m2\"\n");
  EXPECT_EQ(set_model("[recognition]\nmodel = \"\"\"a\nb\"\"\"\nthreads = 1\n"),
            "[recognition]\nmodel = \"m2\"\nthreads = 1\n");
  EXPECT_EQ(set_model("[recognition]\nmodel = 7\n"), "[recognition]\nmodel = \"m2\"\n");
}

TEST(WithString, AddsTheKeyBelowItsHeading) {
  EXPECT_EQ(set_model("[recognition]  # here\nthreads = 2\n[audio]\ninput = \"alsa\"\n"),
            "[recognition]  # here\nmodel = \"m2\"\nthreads = 2\n[audio]\ninput = \"alsa\"\n");
  EXPECT_EQ(set_model("[ recognition ]"), "[ recognition ]\nmodel = \"m2\"\n");
  // What looks like a heading inside a text is none.
  EXPECT_EQ(set_model("a = '''\n[recognition]\n'''\n"),
            "a = '''\n[recognition]\n'''\n\n[recognition]\nmodel = \"m2\"\n");
}

TEST(WithString, AddsTheSectionAtTheEnd) {
  EXPECT_EQ(set_model(""), "[recognition]\nmodel = \"m2\"\n");
  EXPECT_EQ(set_model("[audio]\r\ninput = \"alsa\"\r\n"),
            "[audio]\r\ninput = \"alsa\"\r\n\r\n[recognition]\r\nmodel = \"m2\"\r\n");
  EXPECT_EQ(set_model("# nothing else"), "# nothing else\n\n[recognition]\nmodel = \"m2\"\n");
}

TEST(WithString, UsesADottedKeyWhereTheSectionIsDotted) {
  EXPECT_EQ(set_model("recognition.threads = 2\n"), "recognition.model = \"m2\"\nrecognition.threads = 2\n");
}

TEST(WithString, RefusesWhatItCannotEdit) {
  EXPECT_EQ(with_string("= broken", "c.toml", "recognition", "model", "m2").error().code, Errc::kBadConfig);
  EXPECT_EQ(with_string("recognition = 5\n", "c.toml", "recognition", "model", "m2").error().code, Errc::kBadConfig);
  EXPECT_EQ(with_string("recognition = { threads = 2 }\n", "c.toml", "recognition", "model", "m2").error().code,
            Errc::kBadConfig);
}

TEST(WithString, LeavesEveryOtherLineAsItWas) {
  EXPECT_TRUE(rc::check([] {
    const auto lines =
        *rc::gen::resize(8, rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                                "", "# a comment", "x = 1  # [recognition]", "[recognition]", "model = 'm1'",
                                "threads = 2", "[audio]", "model = \"other\"", "[\"recognition\"]", "y = \"\"\"",
                                "\"\"\"", "z = nan", "recognition.threads = 3", "[recognition.sub]", "\tmodel='m0'")));
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    const auto before = parse(text, "c.toml");
    const auto edited = with_string(text, "c.toml", "recognition", "model", "m2");
    if (!edited) {
      RC_ASSERT(edited.error().code == Errc::kBadConfig);
      return;  // such as a text that was broken before
    }
    RC_ASSERT(before.has_value());
    const auto after = parse(*edited, "c.toml");
    RC_ASSERT(after.has_value());
    const auto is_model = [](const Entry& entry) { return entry.key == "recognition.model"; };
    RC_ASSERT(std::ranges::count_if(*after, is_model) == 1);
    RC_ASSERT(std::ranges::find_if(*after, is_model)->value == Value("m2"));
    // One line at most is gone, three at most are new.
    std::size_t kept = 0;
    for (std::size_t at = 0; at < edited->size(); ++kept) at = edited->find('\n', at) + 1;
    RC_ASSERT(kept >= lines.size() || std::ranges::count_if(*before, is_model) == 1);
    RC_ASSERT(kept <= lines.size() + 3);
    // Setting it again changes nothing.
    RC_ASSERT(with_string(*edited, "c.toml", "recognition", "model", "m2").value() == *edited);
  }));
}

}  // namespace
}  // namespace voicestand::toml
