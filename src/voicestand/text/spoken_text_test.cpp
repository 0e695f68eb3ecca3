#include "voicestand/text/spoken_text.h"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "voicestand/text/words.h"

namespace voicestand::text {
namespace {

SpokenText interpreted(std::string_view heard) {
  return interpret(heard, english_commands());
}

struct Said {
  std::string_view heard;
  std::string_view written;
};

TEST(SpokenText, IsWrittenAsItWasMeant) {
  constexpr Said kTable[] = {
      // Lines and paragraphs.
      {"Dear Anna, new line, thank you for your letter.", "Dear Anna\nthank you for your letter."},
      {"Dear Anna. New line. Thank you.", "Dear Anna.\nThank you."},
      {"Milk, newline, bread, newline, butter", "Milk\nbread\nbutter"},
      {"That is all. New paragraph. The next point is harder.", "That is all.\n\nThe next point is harder."},
      {"First, next line, second, next paragraph, third", "First\nsecond\n\nthird"},
      {"One. New line. New line. Two.", "One.\n\nTwo."},
      {"Is it? New line. It is!", "Is it?\nIt is!"},
      {"Hello. New line.", "Hello.\n"},
      // Marks.
      {"Hello, comma, how are you? Question mark.", "Hello, how are you?"},
      {"Hello. Comma. world", "Hello, world"},
      {"It is late, period. Good night, full stop.", "It is late. Good night."},
      {"Wait, exclamation mark, who is there, question mark", "Wait! who is there?"},
      {"Really, exclamation point.", "Really!"},
      {"Bring, colon, bread, semicolon, wine", "Bring: bread; wine"},
      {"Bring, semi colon, wine", "Bring; wine"},
      {"And then, ellipsis, nothing", "And then… nothing"},
      {"And then, dot dot dot, nothing", "And then… nothing"},
      {"He came, dash, at last, dash, home", "He came – at last – home"},
      {"well, hyphen, known", "well-known"},
      {"and, slash, or", "and/or"},
      {"snake, underscore, case", "snake_case"},
      {"anna, at sign, example", "anna@example"},
      {"The rest, open bracket, all of it, close bracket, is mine", "The rest (all of it) is mine"},
      {"Twice, open parenthesis, two, close parenthesis, period", "Twice (two)."},
      {"She said, open quote, no, close quote, and left", "She said “no” and left"},
      // Taking back.
      {"This is wrong. Scratch that. This is right.", "This is right."},
      {"One, scratch that, two, delete that, three", "three"},
      {"All of it. Scratch that.", ""},
      // Capitals and spaces.
      {"This is, all caps, very important, end caps, indeed", "This is VERY IMPORTANT indeed"},
      {"All caps. Stop.", "STOP."},
      {"note, no space, book", "notebook"},
      {"data. No space. base", "database"},
      // What only looks like it.
      {"This is a new line of products.", "This is a new line of products."},
      {"I need a new paragraph here.", "I need a new paragraph here."},
      {"He lived in that period.", "He lived in that period."},
      {"Put a comma after it, please.", "Put a comma after it, please."},
      {"The colon is part of the body.", "The colon is part of the body."},
      {"There is no space left, I fear.", "There is no space left, I fear."},
      {"A dash of salt, and it is done.", "A dash of salt, and it is done."},
      {"Do not scratch that record.", "Do not scratch that record."},
      {"Please undo that, and go on.", "Please undo that, and go on."},
      {"He wrote it in all caps.", "He wrote it in all caps."},
      {"There is a question mark over it.", "There is a question mark over it."},
      {"The period, as we know, was short.", "The period, as we know, was short."},
      {"A new, line of thought", "A new, line of thought"},
      {"", ""},
      {"Nothing of the kind.", "Nothing of the kind."},
  };
  for (const auto& [heard, written] : kTable) {
    const SpokenText spoken = interpreted(heard);
    EXPECT_EQ(spoken.text, written) << heard;
    EXPECT_EQ(spoken.scratched, 0U) << heard;
  }
}

TEST(SpokenText, TakesBackWhatWasSaidBeforeTheUtterance) {
  EXPECT_EQ(interpreted("Scratch that.").scratched, 1U);
  EXPECT_EQ(interpreted("Scratch that. Scratch that. Now it is right.").scratched, 2U);
  EXPECT_EQ(interpreted("Scratch that. Scratch that. Now it is right.").text, "Now it is right.");
  EXPECT_EQ(interpreted("Wrong. Scratch that. Scratch that.").scratched, 1U) << "its own words first";
}

TEST(SpokenText, MayClingToWhatIsThere) {
  EXPECT_TRUE(interpreted("New line. Next.").glued);
  EXPECT_TRUE(interpreted("Comma.").glued);
  EXPECT_TRUE(interpreted("No space. book").glued);
  EXPECT_EQ(interpreted("No space. book").text, "book");
  EXPECT_FALSE(interpreted("Open bracket. inside").glued);
  EXPECT_FALSE(interpreted("Hello.").glued);
  EXPECT_FALSE(interpreted("Comma. Scratch that. Hello.").glued);
}

RC_GTEST_PROP(SpokenText, EatsNothingThatIsNotSetOff, ()) {
  // Words of commands and others in any order, and no marks but at the end.
  static constexpr std::array<std::string_view, 14> kWords{
      "new", "line", "scratch", "that", "comma", "period", "no", "space", "all", "caps", "a", "the", "house", "dash"};
  const auto picked = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, kWords.size()));
  std::string heard = "the";
  for (const std::size_t word : picked) heard += " " + std::string(kWords.at(word));
  heard += " house.";
  RC_ASSERT(interpreted(heard).text == heard);
}

RC_GTEST_PROP(SpokenText, ATextWithoutCommandsIsAsItWas, ()) {
  static constexpr std::array<std::string_view, 8> kWords{"one,",  "two.", "three", "Four!",
                                                          "five?", "six;", "new",   "line"};
  const auto picked = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, kWords.size()));
  std::string heard;
  for (const std::size_t word : picked) heard += (heard.empty() ? "" : " ") + std::string(kWords.at(word));
  if (heard.find("new line") == std::string::npos) RC_ASSERT(interpreted(heard).text == heard);
}

}  // namespace
}  // namespace voicestand::text
