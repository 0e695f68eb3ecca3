#include "voicestand/speech/native_recognizer.h"

#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/sndfile/reader.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::speech {
namespace {

const std::string kModels = VOICESTAND_BUNDLE_DIR "/models/";
const std::string kTiny = "moonshine-tiny-en";

std::unique_ptr<NativeRecognizer> tiny(std::chrono::milliseconds max_audio = std::chrono::seconds(12)) {
  auto made = NativeRecognizer::create({.model_dir = kModels + kTiny, .model_id = kTiny, .max_audio = max_audio});
  if (!made) ADD_FAILURE() << made.error().message();
  return std::move(*made);
}

// Ten seconds of someone reading: "Ever tried. Ever failed. No matter. …"
const std::vector<float>& reading() {
  static const std::vector<float> samples = [] {
    auto reader = sndfile::Reader::open(
        posix::UniqueFd(::open(VOICESTAND_BUNDLE_DIR "/samples/beckett.wav", O_RDONLY | O_CLOEXEC)));
    std::vector<float> all(reader->frames());
    all.resize(reader->read(all));
    return all;
  }();
  return samples;
}

class NativeRecognizerTest : public testing::Test {
 protected:
  Result<Hypothesis> hear(std::span<const float> samples) { return recognizer_->recognize({.audio = samples}); }
  std::unique_ptr<NativeRecognizer> recognizer_ = tiny();
};

TEST_F(NativeRecognizerTest, WritesDownWhatIsSaid) {
  const auto heard = hear(reading());
  ASSERT_TRUE(heard) << heard.error().message();
  EXPECT_TRUE(heard->text.starts_with("Ever tried")) << heard->text;
  EXPECT_TRUE(heard->text.ends_with("fail better.")) << heard->text;
  ASSERT_TRUE(heard->confidence);
  EXPECT_GT(*heard->confidence, 0.5F);
  EXPECT_LE(*heard->confidence, 1.0F);
  EXPECT_GT(heard->decode_time.count(), 0);
  EXPECT_EQ(recognizer_->info().engine, "native");
  EXPECT_EQ(recognizer_->info().model, kTiny);
  EXPECT_GT(recognizer_->info().load_time.count(), 0);
}

TEST_F(NativeRecognizerTest, HearsAudioInPiecesAsInOne) {
  AudioView pieces;
  pieces.append(std::span(reading()).first(30'001));
  pieces.append(std::span(reading()).subspan(30'001));
  EXPECT_EQ(recognizer_->recognize({.audio = pieces})->tokens, hear(reading())->tokens);
}

TEST_F(NativeRecognizerTest, ADraftChangesNothing) {
  const auto all = hear(reading());
  const auto beginning = hear(std::span(reading()).first(60'000));
  Hypothesis nonsense;
  std::mt19937 random(7);
  for (int i = 0; i < 40; ++i) nonsense.tokens.push_back(static_cast<std::uint32_t>(random()));
  for (const Hypothesis& draft : {*all, *beginning, nonsense, Hypothesis{}}) {
    const auto again = recognizer_->recognize({.audio = reading(), .draft = &draft});
    ASSERT_TRUE(again);
    EXPECT_EQ(again->tokens, all->tokens);
    EXPECT_EQ(again->text, all->text);
  }
}

TEST_F(NativeRecognizerTest, ListensForWordsUntilItIsGivenOthers) {
  const std::string plain = hear(reading())->text;
  ASSERT_NE(plain.find("matter"), std::string::npos) << plain;
  ASSERT_TRUE(recognizer_->listen_for(std::vector<std::string>{"madder", "Helstone"}));
  EXPECT_EQ(hear(reading())->text, plain) << "nothing like it is said";
  ASSERT_TRUE(recognizer_->listen_for({}));
  EXPECT_EQ(hear(reading())->text, plain);
}

TEST_F(NativeRecognizerTest, RefusesWordsThatItCannotListenFor) {
  for (const auto& words : {std::vector<std::string>{" "}, std::vector<std::string>{std::string(1'000, 'a')},
                            std::vector<std::string>(100'000, "a")}) {
    const auto refused = recognizer_->listen_for(words);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::kUsage);
    EXPECT_FALSE(refused.error().remedy.empty());
  }
}

TEST_F(NativeRecognizerTest, NothingIsSaidInNothing) {
  EXPECT_EQ(hear({})->text, "");
  EXPECT_EQ(hear(std::vector<float>(100))->text, "");
  EXPECT_FALSE(hear({})->confidence);
}

TEST_F(NativeRecognizerTest, WhatIsNoAudioHasAnOutcomeAllTheSame) {
  using Limits = std::numeric_limits<float>;
  const auto wanted = hear(reading())->text;
  for (const float value : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), 1e30F, -1e30F,
                            Limits::denorm_min(), Limits::max()}) {
    EXPECT_TRUE(hear(std::vector<float>(40'000, value))) << value;
    std::vector<float> pricked = reading();
    for (std::size_t i = 0; i < pricked.size(); i += 1'000) pricked[i] = value;
    EXPECT_TRUE(hear(pricked)) << value;
    EXPECT_EQ(hear(reading())->text, wanted) << "nothing of it is left after " << value;
  }
}

TEST_F(NativeRecognizerTest, RefusesMoreThanItHasRoomFor) {
  EXPECT_TRUE(hear(std::vector<float>(recognizer_->max_samples())));
  const auto refused = hear(std::vector<float>(recognizer_->max_samples() + 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kUsage);
  EXPECT_TRUE(hear(reading()));
}

TEST_F(NativeRecognizerTest, AnInterruptionIsNeverLost) {
  recognizer_->interrupt();
  const auto interrupted = hear(reading());
  ASSERT_FALSE(interrupted);
  EXPECT_EQ(interrupted.error().code, Errc::kInterrupted);
  EXPECT_TRUE(hear(reading()));
}

TEST_F(NativeRecognizerTest, IsInterruptedWhileItWorks) {
  std::atomic<bool> working{false};
  std::jthread other([&] {
    working.wait(false);
    recognizer_->interrupt();
  });
  working.store(true);
  working.notify_one();
  // Some call is the one that is interrupted; none after it.
  int interruptions = 0;
  for (int i = 0; i < 3; ++i) interruptions += hear(reading()) ? 0 : 1;
  other.join();
  interruptions += hear(reading()) ? 0 : 1;
  EXPECT_EQ(interruptions, 1);
}

TEST_F(NativeRecognizerTest, GivesUpWhatIsNotWanted) {
  const std::atomic<bool> unwanted{true};
  const auto given_up = recognizer_->recognize({.audio = reading(), .unwanted = &unwanted});
  ASSERT_FALSE(given_up);
  EXPECT_EQ(given_up.error().code, Errc::kInterrupted);
  EXPECT_TRUE(hear(reading()));
}

TEST(NativeRecognizer, SaysWhatIsWrongWithAModel) {
  const auto missing = NativeRecognizer::create({.model_dir = "/nowhere", .model_id = "x"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Errc::kModelMissing);
  EXPECT_NE(missing.error().message().find("/nowhere"), std::string::npos);
}

}  // namespace
}  // namespace voicestand::speech
