#include "voicestand/text/subtitles.h"

#include <cmath>
#include <cstdio>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/text/cue_layout.h"
#include "voicestand/text/words.h"

namespace voicestand::text {
namespace {

std::string words_of(const std::string& text) {
  std::string joined;
  for (const std::string_view word : split_words(text)) joined.append(joined.empty() ? "" : " ").append(word);
  return joined;
}

std::vector<std::string> lines_of(const std::string& file) {
  std::vector<std::string> lines;
  std::istringstream stream(file);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

struct Parsed {
  long start_ms;
  long end_ms;
  std::string text;
  std::size_t lines;
};

// A reader of both formats, strict about what they demand: blocks between blank lines, each an optional number, a line
// of times, and text.
std::vector<Parsed> parsed(const std::string& file, char mark, bool numbered) {
  std::vector<Parsed> cues;
  const std::vector<std::string> lines = lines_of(file);
  std::size_t at = 0;
  if (!numbered) {
    EXPECT_EQ(lines.at(at++), "WEBVTT");
    EXPECT_EQ(lines.at(at++), "");
  }
  while (at < lines.size()) {
    if (numbered) {
      EXPECT_EQ(lines.at(at++), std::to_string(cues.size() + 1));
    }
    long h1{}, m1{}, s1{}, f1{}, h2{}, m2{}, s2{}, f2{};
    char c1{}, c2{};
    EXPECT_EQ(std::sscanf(lines.at(at).c_str(), "%2ld:%2ld:%2ld%c%3ld --> %2ld:%2ld:%2ld%c%3ld", &h1, &m1, &s1, &c1,
                          &f1, &h2, &m2, &s2, &c2, &f2),
              10)
        << lines.at(at);
    EXPECT_EQ(c1, mark);
    EXPECT_EQ(c2, mark);
    EXPECT_EQ(lines.at(at).size(), 29U);
    ++at;
    Parsed cue{((h1 * 60 + m1) * 60 + s1) * 1000 + f1, ((h2 * 60 + m2) * 60 + s2) * 1000 + f2, "", 0};
    for (; at < lines.size() && !lines[at].empty(); ++at, ++cue.lines) {
      EXPECT_LE(count_characters(lines[at]), numbered ? 42U : 42U * 5);
      cue.text += (cue.text.empty() ? "" : " ") + lines[at];
    }
    ++at;
    if (!numbered) {
      EXPECT_EQ(cue.text.find("-->"), std::string::npos);
      EXPECT_EQ(cue.text.find('<'), std::string::npos);
      replace_all(cue.text, "&lt;", "<");
      replace_all(cue.text, "&gt;", ">");
      replace_all(cue.text, "&amp;", "&");
    }
    cues.push_back(cue);
  }
  return cues;
}

TEST(Subtitles, Formats) {
  const std::vector<Segment> segments = {{0.42, 2.31, "It was <the> best & worst.", {}},
                                         {3600.0004, 3661.0625, "Yes.\t", {}}};
  EXPECT_EQ(to_srt(segments),
            "1\n00:00:00,420 --> 00:00:02,310\nIt was <the> best & worst.\n\n"
            "2\n01:00:00,000 --> 01:01:01,063\nYes.\n\n");
  EXPECT_EQ(to_vtt(segments),
            "WEBVTT\n\n00:00:00.420 --> 00:00:02.310\nIt was &lt;the&gt; best &amp; worst.\n\n"
            "01:00:00.000 --> 01:01:01.063\nYes.\n\n");
  EXPECT_EQ(to_tsv(segments), "start\tend\ttext\n420\t2310\tIt was <the> best & worst.\n3600000\t3661063\tYes.\n");
  EXPECT_EQ(to_plain_text(segments), "It was <the> best & worst.\nYes.\n");
}

TEST(Subtitles, NothingSaidIsAnEmptyFile) {
  const std::vector<Segment> segments = {{0, 1, " ", {}}};
  EXPECT_EQ(to_srt(segments), "");
  EXPECT_EQ(to_vtt(segments), "WEBVTT\n\n");
  EXPECT_EQ(to_tsv(segments), "start\tend\ttext\n");
  EXPECT_EQ(to_plain_text(segments), "");
}

TEST(Subtitles, TabsAndNewlinesDoNotBreakRows) {
  const std::vector<Segment> segments = {{0, 1, "one\ttwo\nthree\r\n\nfour", {}}};
  EXPECT_EQ(to_tsv(segments), "start\tend\ttext\n0\t1000\tone two three four\n");
  EXPECT_EQ(to_srt(segments), "1\n00:00:00,000 --> 00:00:01,000\none two three four\n\n");
}

TEST(CueLayout, BreaksLinesEvenly) {
  const std::vector<Segment> segments = {{0, 4, "It was the age of wisdom and it was the age of foolishness", {}}};
  const std::vector<Cue> cues = lay_out_cues(segments);
  ASSERT_EQ(cues.size(), 1U);
  EXPECT_THAT(cues[0].lines, testing::ElementsAre("It was the age of wisdom and", "it was the age of foolishness"));
}

TEST(CueLayout, EndsCuesWithSentencesWhereItCan) {
  const std::vector<Segment> segments = {
      {0,
       9,
       "It was the best of times, it was the worst of times. It was the age of wisdom, it was the age of fools.",
       {}}};
  const std::vector<Cue> cues = lay_out_cues(segments);
  ASSERT_EQ(cues.size(), 2U);
  EXPECT_EQ(cues[0].lines.back(), "it was the worst of times.");
}

TEST(CueLayout, UsesTheTimesOfWordsWhereTheyAreKnown) {
  Segment segment{1, 20, "", {}};
  for (int i = 0; i < 40; ++i) {
    const double start_s = i < 20 ? 1.5 + i * 0.2 : 10 + (i - 20) * 0.4;
    segment.text += i == 19 ? "word. " : "word ";
    segment.words.push_back({"word", start_s, start_s + 0.1});
  }
  const std::vector<Cue> cues = lay_out_cues(std::vector{segment});
  ASSERT_EQ(cues.size(), 3U);
  EXPECT_EQ(cues.front().start.count(), 1000);
  EXPECT_EQ(cues.back().end.count(), 20'000);
  for (std::size_t i = 0, word = 0; i + 1 < cues.size(); ++i) {
    for (const std::string& line : cues[i].lines) word += split_words(line).size();
    EXPECT_EQ(cues[i].end.count(), std::lround(segment.words[word - 1].end_s * 1000));
    EXPECT_EQ(cues[i + 1].start.count(), std::lround(segment.words[word].start_s * 1000));
  }
}

TEST(CueLayout, SharesTheTimeByLengthOtherwise) {
  Segment segment{0, 12, "", {}};
  for (int i = 0; i < 45; ++i) segment.text += "word ";
  const std::vector<Cue> cues = lay_out_cues(std::vector{segment});
  ASSERT_EQ(cues.size(), 3U);
  std::size_t word = 0;
  for (const Cue& cue : cues) {
    EXPECT_EQ(cue.start.count(), std::lround(static_cast<double>(word) * 12'000.0 / 45));
    for (const std::string& line : cue.lines) word += split_words(line).size();
    EXPECT_EQ(cue.end.count(), std::lround(static_cast<double>(word) * 12'000.0 / 45));
  }
}

TEST(CueLayout, CutsAWordThatIsLongerThanALine) {
  const std::vector<Segment> segments = {{0, 3, "a" + std::string(100, 'x') + " b", {}}};
  std::string text;
  for (const Cue& cue : lay_out_cues(segments)) {
    EXPECT_LE(cue.lines.size(), 2U);
    for (const std::string& line : cue.lines) {
      EXPECT_LE(line.size(), 42U);
      text += line;
    }
  }
  EXPECT_EQ(text, "a" + std::string(100, 'x') + " b");
}

rc::Gen<std::vector<Segment>> any_segments() {
  const auto word = rc::gen::resize(12, rc::gen::nonEmpty(rc::gen::container<std::string>(
                                            rc::gen::element('a', 'b', '&', '<', '>', '-', '.', ',', ';'))));
  const auto time = rc::gen::oneOf(rc::gen::map(rc::gen::inRange(0, 4'000'000), [](int ms) { return ms / 1024.0; }),
                                   rc::gen::element(0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), 100.0));
  const auto timed = rc::gen::map(rc::gen::tuple(word, time, time), [](const auto& parts) {
    return TimedWord{std::get<0>(parts), std::get<1>(parts), std::get<2>(parts)};
  });
  const auto words = rc::gen::container<std::vector<TimedWord>>(timed);
  const auto segment =
      rc::gen::map(rc::gen::tuple(time, time, words, rc::gen::arbitrary<bool>()), [](const auto& parts) {
        Segment made{std::get<0>(parts), std::get<1>(parts), "", {}};
        for (const TimedWord& each : std::get<2>(parts)) made.text += each.text + ' ';
        if (std::get<3>(parts)) made.words = std::get<2>(parts);
        return made;
      });
  return rc::gen::resize(30, rc::gen::container<std::vector<Segment>>(segment));
}

TEST(Subtitles, ComeBackWhenRead) {
  EXPECT_TRUE(rc::check([] {
    const std::vector<Segment> segments = *any_segments();
    std::string all;
    for (const Segment& segment : segments) all += segment.text + ' ';
    for (const bool numbered : {true, false}) {
      const std::vector<Parsed> cues =
          parsed(numbered ? to_srt(segments) : to_vtt(segments), numbered ? ',' : '.', numbered);
      RC_ASSERT(!testing::Test::HasFailure());
      std::string text;
      long last_ms = 0;
      for (const Parsed& cue : cues) {
        RC_ASSERT(cue.start_ms >= last_ms);
        RC_ASSERT(cue.end_ms > cue.start_ms);
        RC_ASSERT(cue.lines >= 1 && cue.lines <= 2);
        last_ms = cue.end_ms;
        text += cue.text + ' ';
      }
      RC_ASSERT(words_of(text) == words_of(all));
    }
  }));
}

}  // namespace
}  // namespace voicestand::text
