#include "voicestand/text/rewriting.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace voicestand::text {
namespace {

using Table = std::map<std::string, std::string>;
using Rows = std::vector<std::pair<std::string, std::string>>;

std::string rewritten(const Rewriting::Rules& rules, const std::string& heard) {
  const auto rewriting = Rewriting::create(rules);
  return rewriting ? rewriting->written(heard).text : "refused: " + rewriting.error().message();
}

TEST(Fillers, AreLeftOut) {
  for (const auto& [heard, written] : Rows{
           {"So, um, I think so.", "So, I think so."},
           {"Um, I think so.", "I think so."},
           {"Um, the door is open.", "The door is open."},
           {"It is, uh, open.", "It is, open."},
           {"It is open, um.", "It is open."},
           {"It is open um.", "It is open."},
           {"Well. Uh. That is it.", "Well. That is it."},
           {"um uh erm", ""},
           {"Um.", ""},
           {"the umbrella is under the plum tree", "the umbrella is under the plum tree"},
           {"Uh-huh, he said.", "Uh-huh, he said."},
           {"Two  spaces stay", "Two  spaces stay"},
       })
    EXPECT_EQ(without_fillers(heard), written) << heard;
}

TEST(Rewriting, PutsWordsInPlaceOfOthers) {
  const Rewriting::Rules rules{.replaced = {{"voice stand", "VoiceStand"},
                                            {"voice", "tone"},
                                            {"gee pee you", "GPU"},
                                            {"brb", "be right back"},
                                            {"ampersand", "&"}}};
  for (const auto& [heard, written] : Rows{
           {"I use voice stand.", "I use VoiceStand."},
           {"Voice stand, please.", "VoiceStand, please."},
           {"The voice, stand up!", "The tone, stand up!"},
           {"Voice control", "Tone control"},
           {"VOICE control", "TONE control"},
           {"a gee pee you?", "a GPU?"},
           {"Brb.", "Be right back."},
           {"you ampersand me", "you & me"},
           {"voices and voiced", "voices and voiced"},
           {"voice stand voice stand", "VoiceStand VoiceStand"},
           {"", ""},
       })
    EXPECT_EQ(rewritten(rules, heard), written) << heard;
}

TEST(Rewriting, PutsTextInPlaceOfWhatAnExpressionMatches) {
  EXPECT_EQ(rewritten({.replaced = {{"/([0-9]+) degrees/", "\\1 °"}}}, "It is 20 degrees, 30 degrees."),
            "It is 20 °, 30 °.");
  EXPECT_EQ(rewritten({.replaced = {{"/hello/i", "Hi"}}}, "HELLO, hello."), "Hi, Hi.");
  EXPECT_EQ(rewritten({.replaced = {{"/hello/", "Hi"}}}, "HELLO, hello."), "HELLO, Hi.");
  EXPECT_EQ(rewritten({.replaced = {{"/x*/", "y"}}}, "axxb"), "ayb") << "a match of nothing is none";
  EXPECT_EQ(rewritten({.replaced = {{"/^so /i", ""}}}, "So so it is"), "so it is");
  EXPECT_EQ(rewritten({.replaced = {{"/(a)(b)?/", "<\\0\\2\\\\>"}}}, "ab a"), "<abb\\> <a\\>");
  EXPECT_EQ(rewritten({.replaced = {{"and/or", "or"}}}, "this and/or that"), "this or that");
}

TEST(Rewriting, NumbersAreInDigitsAndCommandsAreDone) {
  EXPECT_EQ(rewritten({}, "I paid twenty five dollars. New line. Um, at three thirty PM."), "I paid $25.\nAt 3:30 PM.");
  EXPECT_EQ(rewritten({.numbers = false}, "I paid twenty five dollars."), "I paid twenty five dollars.");
  EXPECT_EQ(rewritten({.replaced = {{"/([0-9]+)%/", "\\1 per cent"}}}, "Twenty percent."), "20 per cent.");
}

TEST(Rewriting, RefusesWhatIsNoExpression) {
  for (const char* broken : {"/(/", "/[/", "/a{2,1}/", "/*(/"})
    EXPECT_TRUE(rewritten({.replaced = {{broken, ""}}}, "").starts_with("refused: no regular expression")) << broken;
}

TEST(Rewriting, PhrasesOfOnesOwnAreCommands) {
  const Rewriting::Rules rules{.phrases = {{"my address", "12 Main Street\nSpringfield"}, {"comma", ";"}}};
  EXPECT_EQ(rewritten(rules, "Send it to. My address."), "Send it to. 12 Main Street\nSpringfield");
  EXPECT_EQ(rewritten(rules, "I know my address."), "I know my address.");
  EXPECT_EQ(rewritten(rules, "Send it to, my address, please."), "Send it to 12 Main Street\nSpringfield please.");
  EXPECT_EQ(rewritten(rules, "One, comma, two."), "One; two.") << "one's own go before";
  EXPECT_EQ(rewritten({.commands = false, .phrases = rules.phrases}, "My address."), "My address.");
}

RC_GTEST_PROP(RewritingLaw, WithoutRulesOrdinaryTextStays, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("the", "cat,", "sat.", "On", "an", "umbrella", "stand", "élan"));
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  RC_ASSERT(rewritten({}, text) == text);
  RC_ASSERT(rewritten({.replaced = {{"dog", "cat"}, {"/[0-9]/", "x"}}}, text) == text);
}

RC_GTEST_PROP(RewritingLaw, AnyTextComesThrough, (const std::string& text, const Table& table)) {
  const auto rewriting = Rewriting::create({.phrases = table, .replaced = table});
  if (rewriting) (void)rewriting->written(text);
}

}  // namespace
}  // namespace voicestand::text
