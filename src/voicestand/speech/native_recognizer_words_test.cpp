#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/sndfile/reader.h"
#include "voicestand/speech/continuation.h"
#include "voicestand/speech/native_recognizer.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::speech {
namespace {

const std::string kModels = VOICESTAND_BUNDLE_DIR "/models/";

// Someone reads: "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better."
std::vector<float> reading() {
  auto reader = sndfile::Reader::open(
      posix::UniqueFd(::open(VOICESTAND_BUNDLE_DIR "/samples/beckett.wav", O_RDONLY | O_CLOEXEC)));
  if (!reader) return {};
  std::vector<float> samples(reader->frames());
  samples.resize(reader->read(samples));
  return samples;
}

// Without what is a matter of taste.
std::string spoken(const std::string& text) {
  std::string letters;
  for (const char c : text)
    if (std::isalpha(static_cast<unsigned char>(c)) != 0 || c == ' ')
      letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return letters;
}

class NativeRecognizerWords : public testing::Test {
 protected:
  NativeRecognizerWords() {
    auto made = NativeRecognizer::create({.model_dir = kModels + "moonshine-tiny-en",
                                          .model_id = "moonshine-tiny-en",
                                          .max_audio = std::chrono::seconds(12)});
    if (made) recognizer_ = std::move(*made);
  }
  void SetUp() override { ASSERT_NE(recognizer_, nullptr); }

  Hypothesis hear(std::span<const float> samples) { return recognizer_->recognize({.audio = samples}).value(); }

  // What holds for any words.
  static void check(const Hypothesis& heard, std::size_t samples) {
    ASSERT_TRUE(heard.words);
    std::string text;
    double end_s = 0;
    for (const Word& word : *heard.words) {
      text += (text.empty() ? "" : " ") + word.text;
      EXPECT_GE(word.start_s, end_s) << word.text;
      EXPECT_GT(word.end_s, word.start_s) << word.text;
      end_s = word.end_s;
      ASSERT_TRUE(word.confidence);
      EXPECT_GE(*word.confidence, 0);
      EXPECT_LE(*word.confidence, 1);
    }
    EXPECT_EQ(text, heard.text);
    EXPECT_LE(end_s, static_cast<double>(samples) / kSampleRateHz);
    EXPECT_EQ(heard.confidence.has_value(), !heard.words->empty());
  }

  std::unique_ptr<NativeRecognizer> recognizer_;
};

TEST_F(NativeRecognizerWords, AreWhereTheyWereSaid) {
  const auto samples = reading();
  ASSERT_FALSE(samples.empty());
  const Hypothesis heard = hear(samples);
  check(heard, samples.size());
  // From one pause to the next, as loudness tells, by the words at their ends.
  struct Phrase {
    const char* first;
    const char* last;
    double start_s;
    double end_s;
  };
  const std::vector<Phrase> phrases{{"Ever", "tried,", 0.30, 1.45}, {"ever", "failed,", 1.75, 2.70},
                                    {"no", "matter", 3.55, 4.12},   {"try", "again,", 4.75, 5.50},
                                    {"fail", "again,", 6.65, 7.38}, {"fail", "better.", 8.15, 8.90}};
  ASSERT_EQ(heard.words->size(), 2 * phrases.size()) << heard.text;
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    const Word& first = (*heard.words)[2 * i];
    const Word& last = (*heard.words)[2 * i + 1];
    EXPECT_EQ(first.text, phrases[i].first);
    EXPECT_EQ(last.text, phrases[i].last);
    EXPECT_NEAR(first.start_s, phrases[i].start_s, 0.25) << first.text;
    EXPECT_NEAR(last.end_s, phrases[i].end_s, 0.15) << last.text;
  }
}

TEST_F(NativeRecognizerWords, MoveWithTheSpeech) {
  const auto samples = reading();
  ASSERT_FALSE(samples.empty());
  const auto all = hear(samples);
  constexpr double kLater = 0.4;
  std::vector<float> later(static_cast<std::size_t>(kLater * kSampleRateHz));
  later.insert(later.end(), samples.begin(), samples.end());
  const auto moved = hear(later);
  check(moved, later.size());
  ASSERT_EQ(moved.words->size(), all.words->size()) << moved.text;
  for (std::size_t i = 0; i < all.words->size(); ++i)
    EXPECT_NEAR((*moved.words)[i].end_s, (*all.words)[i].end_s + kLater, 0.25) << (*all.words)[i].text;
}

TEST_F(NativeRecognizerWords, GoOnBehindThoseThatHaveSettled) {
  const auto samples = reading();
  ASSERT_FALSE(samples.empty());
  const auto all = hear(samples);
  for (const std::size_t length : {96'000U, 112'000U, 140'000U}) {
    const auto from = continuation_of(hear(std::span(samples).first(length)), length);
    ASSERT_TRUE(from) << length;
    ASSERT_GT(from->first_sample, length / 2) << "most of it need not be heard again";
    const Request request{.audio = samples, .continuation = &*from};
    const auto on = recognizer_->recognize(request).value();
    check(on, samples.size());
    EXPECT_EQ(spoken(on.text), spoken(all.text));
    ASSERT_EQ(on.words->size(), all.words->size());
    for (std::size_t i = 0; i < all.words->size(); ++i)
      EXPECT_NEAR(on.words->at(i).end_s, all.words->at(i).end_s, 0.25) << all.words->at(i).text;
    // A draft of all of it changes nothing.
    Request drafted = request;
    drafted.draft = &all;
    EXPECT_EQ(recognizer_->recognize(drafted)->tokens, on.tokens);
    drafted.draft = &on;
    EXPECT_EQ(recognizer_->recognize(drafted)->tokens, on.tokens);
  }
}

TEST_F(NativeRecognizerWords, HoldForAnyAudio) {
  const auto samples = reading();
  ASSERT_FALSE(samples.empty());
  for (std::size_t size = 0; size < samples.size(); size += size < 8'000 ? 500 : 13'777)
    check(hear(std::span(samples).first(size)), size);
}

}  // namespace
}  // namespace voicestand::speech
