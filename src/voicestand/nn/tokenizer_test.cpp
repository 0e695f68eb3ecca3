#include "voicestand/nn/tokenizer.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/base/utf8.h"
#include "voicestand/nn/tokenizer_test_json.h"

namespace voicestand::nn {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using tokenizer_test::kSmall;

constexpr const char* kReal = VOICESTAND_BUNDLE_DIR "/models/moonshine-base-en/tokenizer.json";

using Tokens = std::vector<Token>;

Tokenizer small() {
  return Tokenizer::parse(kSmall, "small").value();
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(Tokenizer, TokensStandForBytes) {
  const auto tokenizer = small();
  EXPECT_EQ(tokenizer.size(), 20U);
  EXPECT_EQ(tokenizer.bytes(3), "\xC3");
  EXPECT_EQ(tokenizer.bytes(4), "\xBC");
  EXPECT_EQ(tokenizer.bytes(5), " ");
  EXPECT_EQ(tokenizer.bytes(12), " the");
  EXPECT_EQ(tokenizer.bytes(Tokenizer::kStart), "");
  EXPECT_EQ(tokenizer.name(Tokenizer::kStart), "<s>");
  EXPECT_EQ(tokenizer.name(12), "");
  EXPECT_EQ(tokenizer.bytes(18), "");  // nothing has this number
  EXPECT_EQ(tokenizer.bytes(20), "");
  EXPECT_EQ(tokenizer.bytes(~Token{0}), "");
  EXPECT_EQ(tokenizer.name(19), "<<ST>>");
}

TEST(Tokenizer, TextIsTrimmedAndValid) {
  const auto tokenizer = small();
  const auto text = [&](const Tokens& tokens) { return tokenizer.text(tokens); };
  EXPECT_EQ(text({1, 12, 5, 12, 2}), "the  the");
  EXPECT_EQ(text({5, 5}), "");
  EXPECT_EQ(text({}), "");
  EXPECT_EQ(text({3, 4}), "\xC3\xBC");
  EXPECT_EQ(text({12, 3}), "the\xEF\xBF\xBD");
  EXPECT_EQ(text({4, 3, 4, 3}), "\xEF\xBF\xBD\xC3\xBC\xEF\xBF\xBD");
}

TEST(Tokenizer, MergesInTheFilesOrder) {
  const auto tokenizer = small();
  EXPECT_EQ(tokenizer.tokens("the"), (Tokens{12}));
  EXPECT_EQ(tokenizer.tokens("t"), (Tokens{9}));
  EXPECT_EQ(tokenizer.tokens("hehe"), (Tokens{5, 11, 11}));  // "h e" goes before "e h", which would come first
  EXPECT_EQ(tokenizer.tokens(" the the "), (Tokens{12, 12}));
  EXPECT_EQ(tokenizer.tokens("the\xE2\x96\x81the"), (Tokens{12, 12}));  // the mark itself
  EXPECT_EQ(tokenizer.tokens("\xC3\xBC"), (Tokens{5, 3, 4}));           // by its bytes
  EXPECT_EQ(tokenizer.tokens("txt"), (Tokens{9, 6}));                   // no token and no byte for x
  EXPECT_EQ(tokenizer.tokens("<s>the"), (Tokens{12}));                  // text, not a command
  EXPECT_EQ(tokenizer.tokens(""), Tokens{});
  EXPECT_EQ(tokenizer.tokens(" \n"), Tokens{});
}

TEST(Tokenizer, ForTextAloneIsTheSameWithoutMerges) {
  const auto both = small();
  const auto text_alone = Tokenizer::parse(kSmall, "small", Tokenizer::Use::kTextOfTokens);
  ASSERT_TRUE(text_alone);
  ASSERT_EQ(text_alone->size(), both.size());
  for (Token token = 0; token < both.size(); ++token) {
    EXPECT_EQ(text_alone->bytes(token), both.bytes(token));
    EXPECT_EQ(text_alone->name(token), both.name(token));
  }
  EXPECT_EQ(text_alone->text(text_alone->tokens("the")), "the");  // a token a character
  EXPECT_GT(text_alone->tokens("the").size(), both.tokens("the").size());
}

// tokenizer.json spells merges in two ways.
TEST(Tokenizer, MergesMayBePairs) {
  const auto pairs = replaced(kSmall, R"(["\u2581 t", "h e", "e h", "\u2581t he"])",
                              R"([["\u2581", "t"], ["h", "e"], ["e", "h"], ["\u2581t", "he"]])");
  const auto tokenizer = Tokenizer::parse(pairs, "pairs");
  ASSERT_TRUE(tokenizer) << tokenizer.error().message();
  EXPECT_EQ(tokenizer->tokens("the hehe"), small().tokens("the hehe"));
}

struct Case {
  const char* problem;
  std::string_view what, with;
};

TEST(Tokenizer, WhatDoesNotFitIsNamed) {
  const std::string long_token(257, 'a');
  const Case cases[] = {
      {"is no tokenizer from byte 0 on", "{", "["},
      {"is no tokenizer from byte", R"("h": 7,)", R"("h": 7)"},
      {"is no tokenizer from byte", R"("h": 7)", R"("h": -7)"},
      {"is no tokenizer from byte", R"("h": 7)", R"("h": 7.0)"},
      {"is no tokenizer from byte", R"("h": 7)", R"("h": "7")"},
      {"is no tokenizer from byte", R"("h": 7)", R"("h": 99999999999999999999)"},
      {"gives one number to two tokens", R"("h": 7)", R"("h": 6)"},
      {"gives one text to two tokens", R"("h": 7)", R"("h": 7, "h": 18)"},
      {"with one that is too great", R"("h": 7)", R"("h": 1000000)"},
      {"empty or too long", R"("h": 7)", R"("": 7)"},
      {"empty or too long", R"("h": 7)", long_token},
      {"has no tokens for a text's start and end", R"("</s>", "single_word": false, "special": true)",
       R"("</s>", "special": false)"},
      {"merges what is not in its vocabulary", R"("h e")", R"("h x")"},
      {"merges what is not in its vocabulary", R"("h e")", R"("h h")"},
      {"has merges of another form", R"("h e")", R"("he")"},
      {"has merges of another form", R"("h e")", "7"},
      {"has merges of another form", R"("h e")", R"(["h"])"},
      {"has merges of another form", R"("h e")", R"(["h", "e", "h"])"},
      {"without a number", R"("id": 19)", R"("number": 19)"},
      {"without a text", R"("content": "<<ST>>")", R"("text": "<<ST>>")"},
      {"with several texts", R"("id": 19)", R"("content": "<x>", "id": 18, "id": 19)"},
  };
  for (const auto& one : cases) {
    const std::string with = one.with == long_token ? '"' + long_token + "\": 7" : std::string(one.with);
    const auto tokenizer = Tokenizer::parse(replaced(kSmall, one.what, with), "small.json");
    ASSERT_FALSE(tokenizer) << one.problem << ": " << with;
    EXPECT_EQ(tokenizer.error().code, Errc::kBadModel);
    EXPECT_EQ(tokenizer.error().where, "small.json");
    EXPECT_THAT(tokenizer.error().what, HasSubstr(one.problem)) << with;
  }
}

TEST(Tokenizer, FilesThatAreNoneAreRefused) {
  for (const std::string& json : {std::string(), std::string("null"), std::string("{}"), std::string(R"({"model":3})"),
                                  std::string(100'000, '['), std::string(1'000, '{')}) {
    const auto tokenizer = Tokenizer::parse(json, "none");
    ASSERT_FALSE(tokenizer) << json.substr(0, 20);
    EXPECT_EQ(tokenizer.error().code, Errc::kBadModel);
  }
  EXPECT_EQ(Tokenizer::load("/nonexistent/tokenizer.json").error().code, Errc::kModelMissing);
}

TEST(Tokenizer, DamageIsReadOrRefused) {
  const std::string whole(kSmall);
  std::mt19937 random(4);
  for (int i = 0; i < 10'000; ++i) {
    std::string damaged = whole;
    for (int flips = 0; flips < 1 + i % 3; ++flips) {
      char& byte = damaged[random() % damaged.size()];
      byte = static_cast<char>(byte ^ 1 << random() % 8);
    }
    if (i % 4 == 0) damaged.resize(random() % damaged.size());
    const auto tokenizer = Tokenizer::parse(damaged, "damaged");
    if (!tokenizer) {
      EXPECT_EQ(tokenizer.error().code, Errc::kBadModel);
      continue;
    }
    for (const Token token : tokenizer->tokens("the hehe")) EXPECT_LT(token, tokenizer->size());
  }
}

struct Golden {
  const char* text;
  Tokens tokens;
};

// As the `tokenizers` package does it, without its special tokens.
const Golden kGolden[] = {
    {"hello", {22172}},
    {"Hello, world!", {15043, 29892, 3186, 29991}},
    {"the quick brown fox jumps over the lazy dog",
     {278, 4996, 17354, 1701, 29916, 432, 17204, 975, 278, 17366, 11203}},
    {"PipeWire and ALSA", {7362, 412, 29956, 533, 322, 14445, 8132}},
    {"it's ten o'clock", {372, 29915, 29879, 3006, 288, 29915, 13058}},
    {"3.14159", {29871, 29941, 29889, 29896, 29946, 29896, 29945, 29929}},
    {"x = y_2 + z[0];", {921, 353, 343, 29918, 29906, 718, 503, 29961, 29900, 1385}},
    {"C++23", {315, 1817, 29906, 29941}},
    {"12:30 p.m.", {29871, 29896, 29906, 29901, 29941, 29900, 282, 29889, 29885, 29889}},
    {"Mr. O\xE2\x80\x99Neil\xE2\x80\x99s co-op", {3237, 29889, 438, 30010, 8139, 309, 30010, 29879, 1302, 29899, 459}},
    {"supercalifragilisticexpialidocious", {2428, 1052, 361, 1431, 309, 391, 625, 26330, 616, 1941, 8802}},
    {"aaaaaaaaaaaaaaaaaaaaaaaa", {263, 27137, 27137, 27137, 27137, 27137, 7340, 29874}},
    {"thethethethe", {278, 386, 621, 23043}},
    {"ing", {2348}},
    {"a", {263}},
    {"A", {319}},
    {"I.", {306, 29889}},
    {"mississippi", {3052, 790, 22425}},
    {"two  spaces", {1023, 29871, 8162}},
    {"six      of them", {4832, 418, 310, 963}},
    {"tab\x09here", {4434, 12, 4150}},
    {"Z\xC3\xBCrich", {24931}},
    {"na\xC3\xAFve caf\xC3\xA9", {1055, 30085, 345, 274, 28059}},
    {"\xC3\x85se \xC3\x86ther \xC3\x9Ftra\xC3\x9F"
     "e",
     {11260, 344, 29871, 30232, 721, 29871, 30034, 3018, 5831}},
    {"\xCE\x95\xCE\xBB\xCE\xBB\xCE\xB7\xCE\xBD\xCE\xB9\xCE\xBA\xCE\xAC",
     {29871, 30311, 30142, 30142, 30183, 30133, 30136, 30173, 30216}},
    {"\xD0\xBD\xD0\xB5\xD1\x82", {1538, 29932}},
    {"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88",
     {29871, 30325, 30346, 30968, 30199, 30572, 30255, 30279}},
    {"\xF0\x9F\x99\x82", {29871, 243, 162, 156, 133}},
    {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7",
     {29871, 243, 162, 148, 172, 30722, 243, 162, 148, 172, 30722, 243, 162, 148, 170}},
    {"e\xCC\x81", {321, 30103}},
    {"ffi\xEF\xAC\x81", {285, 7241, 31017}},
    {"\xC2\xA0nbsp", {20246, 14239}},
    {"(brackets) {braces}", {313, 2634, 9737, 29897, 426, 2634, 778, 29913}},
    {"http://localhost:8080/x?y=1",
     {1732, 597, 7640, 29901, 29947, 29900, 29947, 29900, 29914, 29916, 29973, 29891, 29922, 29896}},
    {"user@example.org", {1404, 29992, 4773, 29889, 990}},
    {"1,000,000", {29871, 29896, 29892, 29900, 29900, 29900, 29892, 29900, 29900, 29900}},
    {"$9.99", {395, 29929, 29889, 29929, 29929}},
    {"50%", {29871, 29945, 29900, 29995}},
    {"kubectl get pods -n kube-system", {413, 431, 522, 29880, 679, 2532, 29879, 448, 29876, 413, 4003, 29899, 5205}},
    {"std::vector<int>", {3659, 1057, 8111, 29966, 524, 29958}},
    {"#include <span>", {396, 2856, 529, 9653, 29958}},
    {"Qt", {14705}},
    {"Xylophone", {1060, 29891, 417, 6710}},
    {"voicestand", {992, 293, 342, 392}},
    {"Moonshine", {4546, 787, 29882, 457}},
    {"whisper", {21039}},
    {"\x01\x7F", {29871, 4, 130}},
    {"new\x0Aline", {716, 13, 1220}},
    {"</p>", {1533, 29886, 29958}},
    {"\xC3\xBF", {29871, 30370}},
};

class RealTokenizer : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!fs::exists(kReal)) return;
    tokenizer_ = new Tokenizer(Tokenizer::load(kReal).value());
  }
  static void TearDownTestSuite() {
    delete tokenizer_;
    tokenizer_ = nullptr;
  }
  void SetUp() override {
    if (tokenizer_ == nullptr) GTEST_SKIP() << "no tokenizer at " << kReal << ": run tools/fetch_deps.py";
  }
  static const Tokenizer* tokenizer_;
};
const Tokenizer* RealTokenizer::tokenizer_ = nullptr;

TEST_F(RealTokenizer, HoldsEveryToken) {
  EXPECT_EQ(tokenizer_->size(), 32'768U);
  std::set<std::string_view> names;
  for (Token token = 0; token < tokenizer_->size(); ++token) {
    EXPECT_NE(tokenizer_->bytes(token).empty(), tokenizer_->name(token).empty()) << token;
    if (!tokenizer_->name(token).empty()) names.insert(tokenizer_->name(token));
  }
  EXPECT_EQ(names.size(), 771U);
  EXPECT_EQ(tokenizer_->name(Tokenizer::kStart), "<s>");
  EXPECT_EQ(tokenizer_->name(Tokenizer::kEnd), "</s>");
}

TEST_F(RealTokenizer, SplitsTextAsItWasTrained) {
  for (const auto& [text, tokens] : kGolden) {
    EXPECT_EQ(tokenizer_->tokens(text), tokens) << text;
    EXPECT_EQ(tokenizer_->text(tokens), text);
  }
}

TEST_F(RealTokenizer, TranscriptsComeBack) {
  std::size_t count = 0;
  for (const auto* list : {"/read.tsv", "/hard.tsv"}) {
    std::ifstream lines(std::string(VOICESTAND_SPEECH_DIR) + list);
    std::string line;
    std::getline(lines, line);  // the columns' names
    while (std::getline(lines, line)) {
      std::istringstream columns(line);
      std::string transcript;
      for (int column = 0; column < 4; ++column) std::getline(columns, transcript, '\t');
      ASSERT_FALSE(transcript.empty());
      EXPECT_EQ(tokenizer_->text(tokenizer_->tokens(transcript)), transcript);
      ++count;
    }
  }
  if (count == 0) GTEST_SKIP() << "no transcripts in " << VOICESTAND_SPEECH_DIR;
}

TEST_F(RealTokenizer, AnyTextComesBack) {
  const bool holds = rc::check([] {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    std::string text = tokenizer_->text(tokenizer_->tokens(bytes));
    const auto trimmed = [](std::string_view white, std::string of) {
      of.erase(0, std::min(of.find_first_not_of(white), of.size()));
      of.erase(of.find_last_not_of(white) + 1);
      return of;
    };
    RC_ASSERT(text == valid_utf8(trimmed(" \t\n\v\f\r", bytes)));
  });
  EXPECT_TRUE(holds);
}

TEST_F(RealTokenizer, LongTextsTakeNoTimeToSpeakOf) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "aaaaa";
  const auto tokens = tokenizer_->tokens(text);  // a single word of 100,000 letters
  EXPECT_EQ(tokenizer_->text(tokens), text);
}

}  // namespace
}  // namespace voicestand::nn
