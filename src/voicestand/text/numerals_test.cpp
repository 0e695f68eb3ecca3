#include "voicestand/text/numerals.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::text {
namespace {

struct Said {
  std::string_view heard;
  std::string_view written;
};

class NumeralsTable : public testing::TestWithParam<Said> {};

TEST_P(NumeralsTable, IsWrittenAsOneWouldHaveTypedIt) {
  EXPECT_EQ(with_numerals(GetParam().heard), GetParam().written);
  EXPECT_EQ(with_numerals(GetParam().written), GetParam().written) << "twice is once";
}

constexpr Said kCardinals[] = {
    {"I paid twenty five dollars, and left at half past three.", "I paid $25, and left at half past three."},
    {"We were ten.", "We were 10."},
    {"There are twelve of them", "There are 12 of them"},
    {"Twenty people came.", "20 people came."},
    {"It has one hundred and twenty three pages.", "It has 123 pages."},
    {"one hundred twenty three", "123"},
    {"a hundred and one", "101"},
    {"He wrote a hundred and fifty letters", "He wrote 150 letters"},
    {"Two thousand of them", "2000 of them"},
    {"two thousand and five hundred", "2000 and 500"},
    {"nine thousand nine hundred and ninety nine", "9999"},
    {"Ten thousand steps", "10,000 steps"},
    {"two hundred and three thousand", "203,000"},
    {"one million two hundred and thirty four thousand five hundred and sixty seven", "1,234,567"},
    {"fifteen hundred meters", "1500 meters"},
    {"two million people", "2 million people"},
    {"five hundred million", "500 million"},
    {"three billion years", "3 billion years"},
    {"two million five hundred thousand", "2,500,000"},
    {"nine hundred ninety nine trillion nine hundred ninety nine billion nine hundred ninety nine million nine hundred "
     "ninety nine thousand nine hundred ninety nine",
     "999,999,999,999,999"},
    {"twenty-five years", "25 years"},
    {"a twenty-one-year-old woman", "a 21-year-old woman"},
    {"Twenty-Five of us.", "Twenty-Five of us."},
    {"TWENTY FIVE OF US", "25 OF US"},
    {"(twenty one) [thirty], “forty two”…", "(21) [30], “42”…"},
    {"ten, eleven; twelve: thirteen! fourteen? fifteen.", "10, 11; 12: 13! 14? 15."},
    {"  fifty\tfive \n sixty ", "  55 \n 60 "},
    {"ten\neleven", "10\n11"},
    {"the first ten", "the first 10"},
    {"for the past twenty years", "for the past 20 years"},
    {"ten seconds", "10 seconds"},
    {"Chapter eleven, page four hundred and two", "Chapter 11, page 402"},
    {"It took an hour and twenty minutes", "It took an hour and 20 minutes"},
    {"between one hundred and two hundred", "between 100 and 200"},
    {"between one hundred and fifty and two hundred", "between 150 and 200"},
    {"naïve twenty café thirty", "naïve 20 café 30"},
};

constexpr Said kFractionsAndSigns[] = {
    {"two point five", "2.5"},
    {"Pi is three point one four one five nine.", "Pi is 3.14159."},
    {"zero point five", "0.5"},
    {"version two point oh", "version 2.0"},
    {"two point five million people", "2.5 million people"},
    {"one point two billion", "1.2 billion"},
    {"twelve thousand point five", "12,000.5"},
    {"Minus ten degrees", "-10 degrees"},
    {"It was minus five this morning.", "It was -5 this morning."},
    {"from minus ten to minus twenty", "from -10 to -20"},
    {"ten minus three", "10 minus 3"},
    {"the profit minus twenty percent", "the profit minus 20%"},
    {"plus or minus ten", "plus or minus 10"},
    {"a ten point lead", "a 10 point lead"},
};

constexpr Said kYears[] = {
    {"in nineteen eighty four", "in 1984"},
    {"Twenty twenty six will be better.", "2026 will be better."},
    {"In twenty ten it rained.", "In 2010 it rained."},
    {"in nineteen oh five", "in 1905"},
    {"eighteen hundred and fifteen", "1815"},
    {"in nineteen hundred", "in 1900"},
    {"ninety nine hundred of them", "9900 of them"},
    {"ten sixty six", "1066"},
    {"two thousand and ten", "2010"},
    {"two thousand twenty six", "2026"},
    {"the nineteen eighties", "the 1980s"},
    {"the twenty twenties.", "the 2020s."},
    {"from nineteen fourteen to nineteen eighteen", "from 1914 to 1918"},
    {"nineteen-eighty-four", "1984"},
    {"May third, nineteen eighty four", "May 3, 1984"},
};

constexpr Said kOrdinals[] = {
    {"the twenty first of May", "the 21st of May"},
    {"the twenty second of May", "the 22nd of May"},
    {"the third of May", "the 3rd of May"},
    {"on the first of January two thousand and one", "on the 1st of January 2001"},
    {"We meet on May third.", "We meet on May 3."},
    {"january twenty second at noon", "january 22 at noon"},
    {"July twentieth", "July 20"},
    {"March the third", "March the 3rd"},
    {"December twenty fifth nineteen ninety", "December 25 1990"},
    {"the twenty first century", "the 21st century"},
    {"a nineteenth century house", "a 19th century house"},
    {"a nineteenth-century house", "a 19th-century house"},
    {"for the tenth time", "for the 10th time"},
    {"the eleventh, twelfth and thirteenth", "the 11th, 12th and 13th"},
    {"the hundred and first", "the hundred and first"},
    {"her one hundred and first", "her 101st"},
    {"the two hundredth anniversary", "the 200th anniversary"},
    {"the one hundred and twelfth", "the 112th"},
    {"Twenty third time lucky", "23rd time lucky"},
};

constexpr Said kDigits[] = {
    {"five five five one two", "55512"},
    {"Call nine one one!", "Call 911!"},
    {"room four oh four", "room 404"},
    {"oh seven seven nine one two", "077912"},
    {"dial one zero one", "dial 101"},
    {"five five five, one two three four.", "555, 1234."},
    {"one two three four five six seven eight nine zero one two three four five six", "1234567890123456"},
    {"one two three four five six seven eight nine zero one two three four five six seven eight nine zero",
     "one two three four five six seven eight nine zero one two three four five six seven eight nine zero"},
};

constexpr Said kUnits[] = {
    {"ten percent", "10%"},
    {"Five per cent of them", "5% of them"},
    {"one hundred percent", "100%"},
    {"a hundred and ten percent.", "110%."},
    {"I agree a hundred percent.", "I agree 100%."},
    {"two point five percent", "2.5%"},
    {"minus two percent", "-2%"},
    {"twenty or thirty percent", "20 or 30 percent"},
    {"five dollars", "$5"},
    {"a five dollar bill", "a $5 bill"},
    {"a twenty-dollar bill", "a $20 bill"},
    {"three dollars and fifty cents", "$3.50"},
    {"three dollars five cents", "$3.05"},
    {"Five hundred dollars and ten people", "$500 and 10 people"},
    {"two hundred thousand dollars", "$200,000"},
    {"two point five million dollars", "$2.5 million"},
    {"a million dollars", "$1 million"},
    {"minus five dollars", "-$5"},
    {"a total of twenty dollars", "a total of $20"},
    {"fifty cents", "50 cents"},
    {"eight euros", "€8"},
    {"I paid ten pounds.", "I paid £10."},
    {"three pounds and fifty pence", "£3.50"},
    {"five pounds sterling", "£5 sterling"},
    {"It costs six pounds.", "It costs £6."},
    {"three thirty p m", "3:30 PM"},
    {"at three thirty PM.", "at 3:30 PM."},
    {"ten a m tomorrow", "10 AM tomorrow"},
    {"At ten am I told this?", "At 10 am I told this?"},
    {"at five pm", "at 5 PM"},
    {"at five p.m. today", "at 5 p.m. today"},
    {"twelve oh five am", "12:05 AM"},
    {"five o'clock", "5 o'clock"},
    {"from three to five PM", "from 3 to 5 PM"},
    {"Let us meet at three thirty.", "Let us meet at 3:30."},
    {"at eleven fifteen on Monday", "at 11:15 on Monday"},
    {"five kilometres", "5 kilometres"},
    {"a five-kilometre run", "a 5-kilometre run"},
    {"three milliseconds", "3 milliseconds"},
    {"twenty degrees", "20 degrees"},
    {"go forward ten meters", "go forward 10 meters"},
};

constexpr Said kRanges[] = {
    {"five or ten minutes", "5 or 10 minutes"},
    {"ten or twenty dollars", "10 or 20 dollars"},
    {"between twenty and thirty", "between 20 and 30"},
    {"twenty five to thirty years", "25 to 30 years"},
    {"two to twenty", "2 to 20"},
    {"five times twenty", "5 times 20"},
    {"nine out of ten people", "9 out of 10 people"},
    {"I was fifteen and two friends came", "I was 15 and two friends came"},
    {"ten or so", "10 or so"},
};

constexpr std::string_view kStays[] = {
    "",
    " ",
    "one of them",
    "two friends",
    "Three of us, four of them.",
    "Wait a second.",
    "second of all",
    "the first and the second",
    "No one knows.",
    "That one, please.",
    "One must not do that.",
    "one by one",
    "two by two",
    "one on one",
    "at sixes and sevens",
    "hundreds of people",
    "thousands and thousands",
    "a hundred times",
    "a thousand thanks",
    "a million reasons",
    "half a million people",
    "half a million dollars",
    "a quarter of a million dollars",
    "several hundred and fifty",
    "a few hundred thousand",
    "two or three hundred",
    "ten or twenty thousand",
    "twenty-odd people",
    "twenty odd years",
    "thirty something",
    "one or two",
    "five or six dollars",
    "two and a half",
    "ten and a half percent",
    "ten and three quarters",
    "one third",
    "two thirds",
    "a tenth of a second",
    "one twentieth",
    "nine tenths",
    "twenty fifths",
    "one hundredth of it",
    "a thirty second delay",
    "the twenty second delay",
    "a five second rule",
    "four and twenty blackbirds",
    "one in ten",
    "ten to three",
    "at ten to three PM",
    "a tenth or twentieth of a second",
    "the sixtieth part of it",
    "ten past three",
    "quarter to ten",
    "half past ten",
    "nine times out of ten",
    "ninety nine out of a hundred",
    "one in a million",
    "three thirty",
    "It is ten thirty already",
    "fifteen twenty minutes",
    "twenty thirty people",
    "fifty fifty",
    "twenty four seven",
    "seven eleven",
    "nine eleven",
    "ten four",
    "five five",
    "oh two three",
    "oh oh oh oh oh",
    "in her twenties",
    "the eighties",
    "Ocean's Eleven",
    "the Ten Commandments",
    "Twelve Angry Men is a film.",
    "Twelfth Night",
    "the Fourth of July",
    "at the eleventh hour",
    "forty winks",
    "twenty twenty vision",
    "Hindsight is twenty twenty.",
    "a thousand and one things",
    "at one point five people",
    "point five",
    "you may first want to know",
    "May first graders come?",
    "a third of May",
    "five dollars fifty",
    "a dollar fifty",
    "I am five foot ten",
    "after nine eleven.",
    "four five six times",
    "I sold it at two fifty.",
    "five dollar signs",
    "five pounds of potatoes",
    "I bought five pounds of potatoes",
    "She has two parameters.",
    "of the thousand million",
    "two thousand million",
    "one hundred hundred",
    "twenty ten thousand",
    "double five two one",
    "twenty 5",
    "5 million",
    "2.5 million",
    "www.ten.com",
    "ten@example.org",
    "the ten's place",
    "Someone weightless often attends the freight.",
    "May the Fourth be with you",
    "plus or minus one",
};

std::vector<Said> whole_table() {
  std::vector<Said> table;
  for (const std::string_view text : kStays) table.push_back({text, text});
  for (const auto& part :
       {std::span<const Said>(kCardinals), std::span<const Said>(kFractionsAndSigns), std::span<const Said>(kYears),
        std::span<const Said>(kOrdinals), std::span<const Said>(kDigits), std::span<const Said>(kUnits),
        std::span<const Said>(kRanges)})
    table.insert(table.end(), part.begin(), part.end());
  return table;
}

// Texts of words that numbers are made of and that stand around them, of anything between two.
std::string spoken_at_random() {
  static constexpr std::array kWords = {
      "zero",   "one",    "two",     "five",    "nine",     "Ten",      "eleven",    "fifteen", "nineteen", "twenty",
      "Twenty", "thirty", "eighty",  "hundred", "thousand", "million",  "a",         "and",     "point",    "oh",
      "first",  "second", "third",   "tenth",   "twelfth",  "twenties", "hundredth", "or",      "to",       "in",
      "of",     "the",    "percent", "per",     "cent",     "dollars",  "pounds",    "euro",    "cents",    "minus",
      "is",     "at",     "p",       "m",       "PM",       "p.m.",     "o'clock",   "May",     "may",      "March",
      "June",   "past",   "half",    "paid",    "metres",   "5",        "$5",        "odd",     "out",      "times",
      "people", "by",     "fives",   "century", "house",    "I",        "winks",     "catch",   "vision",   "double"};
  static constexpr std::array kGaps = {" ", " ", " ", " ", " ", " ", "-", "  ", ", ", ". ", "\n", "? ", " (", "’", "…"};
  const auto picked = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 1U << 16U));
  std::string text;
  for (const std::size_t pick : picked) {
    text += kWords.at(pick % kWords.size());
    text += kGaps.at(pick / kWords.size() % kGaps.size());
  }
  return text;
}

// In words, as it is read out.
std::string in_words(std::uint64_t value) {
  static constexpr std::array kOnes = {"zero",     "one",     "two",     "three",     "four",     "five",    "six",
                                       "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
                                       "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
  static constexpr std::array kTens = {"",      "",      "twenty",  "thirty", "forty",
                                       "fifty", "sixty", "seventy", "eighty", "ninety"};
  struct Scale {
    std::uint64_t value;
    std::string word;
  };
  static const std::array kScales = {Scale{1'000'000'000'000, "trillion"}, Scale{1'000'000'000, "billion"},
                                     Scale{1'000'000, "million"}, Scale{1'000, "thousand"}, Scale{100, "hundred"}};
  for (const auto& [scale, word] : kScales) {
    if (value < scale) continue;
    const std::string rest = value % scale == 0 ? "" : (scale == 100 ? " and " : " ") + in_words(value % scale);
    return in_words(value / scale) + " " + word + rest;
  }
  if (value < 20) return kOnes.at(value);
  return kTens.at(value / 10) + (value % 10 == 0 ? "" : "-" + in_words(value % 10));
}

RC_GTEST_PROP(Numerals, AnyNumberBecomesItsDigits, ()) {
  const auto magnitude = *rc::gen::inRange<std::size_t>(1, 15);
  const auto bits = *rc::gen::arbitrary<std::uint64_t>();
  std::uint64_t below = 10;
  for (std::size_t i = 0; i < magnitude; ++i) below *= 10;
  const std::uint64_t value = 10 + bits % (below - 10);
  RC_PRE(value < 1'000'000 || value % 1'000 != 0);  // two million stay "2 million"
  std::string written = with_numerals(in_words(value));
  std::erase(written, ',');
  RC_ASSERT(written == std::to_string(value));
}

RC_GTEST_PROP(Numerals, TwiceIsOnce, ()) {
  const std::string once = with_numerals(spoken_at_random());
  RC_ASSERT(with_numerals(once) == once);
}

RC_GTEST_PROP(Numerals, SentencesDoNotTouchEachOther, ()) {
  const std::string left = spoken_at_random() + "house";
  const std::string right = "House " + spoken_at_random();
  RC_ASSERT(with_numerals(left + ". " + right) == with_numerals(left) + ". " + with_numerals(right));
}

RC_GTEST_PROP(Numerals, TextWithoutNumbersIsAsItWas, ()) {
  static constexpr std::array kWords = {"the",     "a",        "point", "and", "house",   "minus",
                                        "percent", "\xE2\x80", "\xFF",  "5",   "-",       ". ",
                                        "\n",      "May",      "oh",    "PM",  "dollars", "hundreds"};
  const auto picked = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, kWords.size()));
  std::string text;
  for (const std::size_t word : picked) text += std::string(kWords.at(word)) + " ";
  RC_ASSERT(with_numerals(text) == text);
}

RC_GTEST_PROP(Numerals, AnyBytesComeThrough, (const std::string& bytes)) {
  RC_ASSERT(with_numerals(bytes) == bytes);
  RC_ASSERT(with_numerals(bytes + " twenty five " + bytes).size() >= 2 * bytes.size() + 4);
}

INSTANTIATE_TEST_SUITE_P(Numerals, NumeralsTable, testing::ValuesIn(whole_table()));

}  // namespace
}  // namespace voicestand::text
