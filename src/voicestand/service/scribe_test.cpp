#include "voicestand/service/scribe.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace voicestand::service {
namespace {

using std::chrono::milliseconds;
using testing::IsEmpty;

constexpr std::size_t kRateHz = journal::Journal::kSampleRateHz;

class ScribeTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = testing::TempDir() + "/scribe-XXXXXX";
    ASSERT_NE(::mkdtemp(path.data()), nullptr);
    folder_ = path;
    open();
  }
  void TearDown() override {
    scribe_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Another program's turn.
  void open() {
    scribe_.reset();
    auto opened =
        Scribe::open(folder_, {}, clock_, [this](const Error& error) { troubles_.push_back(error.message()); });
    ASSERT_TRUE(opened) << opened.error().message();
    scribe_ = std::move(*opened);
  }

  // So many seconds of sound, of which each second is its own.
  void hear(double seconds) {
    auto left = static_cast<std::size_t>(seconds * kRateHz);
    while (left > 0) {
      std::vector<float> piece(std::min<std::size_t>(left, kRateHz / 4));
      for (float& sample : piece) sample = static_cast<float>(heard_++ / kRateHz + 1) / 100;
      tap_->push(piece);
      left -= piece.size();
      std::this_thread::sleep_for(milliseconds(5));
      while (tap_->peek().size() > kRateHz) std::this_thread::sleep_for(milliseconds(5));
    }
  }
  void begin(Scribe::Keep keep = Scribe::Keep::kEverything) {
    heard_ = 0;
    tap_ = &scribe_->begin("editor", keep);
  }
  // Which seconds are in it, and how much sound that is.
  std::pair<std::vector<int>, double> sound_of(std::uint64_t id) {
    const auto samples = scribe_->audio(id);
    if (!samples) return {};
    std::vector<int> seconds;
    for (const float sample : *samples) {
      const int second = static_cast<int>(sample * 100 + 0.5F) - 1;
      if (seconds.empty() || seconds.back() != second) seconds.push_back(second);
    }
    return {seconds, static_cast<double>(samples->size()) / kRateHz};
  }

  // What there is of sound on the disk.
  [[nodiscard]] std::uintmax_t written_bytes() const {
    std::uintmax_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder_))
      if (file.path().extension() == ".audio") bytes += file.file_size();
    return bytes;
  }

  std::filesystem::path folder_;
  const SteadyClock clock_;
  std::vector<std::string> troubles_;
  std::unique_ptr<Scribe> scribe_;
  pipeline::AudioTap* tap_ = nullptr;
  std::size_t heard_ = 0;
};

TEST_F(ScribeTest, SoundWithoutWordsIsThereForTheNextProgram) {
  begin();
  hear(3);
  scribe_->end(false);
  open();
  const auto left = scribe_->take_unfinished();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left.front().app, "editor");
  EXPECT_FALSE(left.front().text);
  const auto [seconds, length_s] = sound_of(left.front().id);
  EXPECT_THAT(seconds, testing::ElementsAre(0, 1, 2));
  EXPECT_DOUBLE_EQ(length_s, 3);
  EXPECT_THAT(scribe_->take_unfinished(), IsEmpty()) << "it is handed out once";
}

TEST_F(ScribeTest, WhatIsForgottenLeavesNothing) {
  begin();
  hear(2);
  scribe_->end(true);
  open();
  EXPECT_THAT(scribe_->take_unfinished(), IsEmpty());
  EXPECT_THAT(scribe_->history().value(), IsEmpty());
}

TEST_F(ScribeTest, WordsTakeThePlaceOfTheirSoundAndWhatFollowsIsAnotherUtterance) {
  begin();
  hear(4);
  const auto said = scribe_->said("Ever tried.", 2.0);
  ASSERT_TRUE(said);
  hear(1);
  scribe_->end(false);
  open();
  const auto left = scribe_->take_unfinished();
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0].id, *said);
  EXPECT_EQ(left[0].text, "Ever tried.");
  EXPECT_FALSE(left[0].has_audio);
  const auto [seconds, length_s] = sound_of(left[1].id);
  EXPECT_THAT(seconds, testing::ElementsAre(2, 3, 4));
  EXPECT_DOUBLE_EQ(length_s, 3);
}

TEST_F(ScribeTest, WhatHasArrivedIsHistory) {
  begin();
  hear(1);
  const auto said = scribe_->said("Ever tried.", 1.0);
  ASSERT_TRUE(said);
  scribe_->arrived(*said, "typed");
  scribe_->end(true);
  open();
  EXPECT_THAT(scribe_->take_unfinished(), IsEmpty());
  const auto history = scribe_->history().value();
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history.front().delivered, "typed");
}

TEST_F(ScribeTest, WhatIsUnsaidLeavesNoTraceButWhatFollows) {
  begin();
  hear(2);
  scribe_->unsaid(1.0);
  scribe_->end(false);
  open();
  const auto left = scribe_->take_unfinished();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_THAT(sound_of(left.front().id).first, testing::ElementsAre(1));
}

TEST_F(ScribeTest, OfHoursOfSilenceNothingIsWritten) {
  begin(Scribe::Keep::kSpeech);
  hear(6);
  EXPECT_EQ(written_bytes(), 0U);
  scribe_->speech_began(5.0);
  hear(2);
  scribe_->end(false);
  open();
  const auto left = scribe_->take_unfinished();
  ASSERT_EQ(left.size(), 1U);
  const auto [seconds, length_s] = sound_of(left.front().id);
  EXPECT_THAT(seconds, testing::ElementsAre(4, 5, 6, 7)) << "and a little from before it began";
  EXPECT_NEAR(length_s, 3.5, 0.001);
}

TEST_F(ScribeTest, WhoGoesOnSpeakingBeforeTheWordsAreKnownLosesNothing) {
  begin(Scribe::Keep::kSpeech);
  hear(2);
  scribe_->speech_began(1.0);
  hear(3);
  scribe_->speech_began(4.0);
  ASSERT_TRUE(scribe_->said("Ever tried.", 3.0));
  scribe_->end(false);
  open();
  const auto left = scribe_->take_unfinished();
  ASSERT_EQ(left.size(), 2U);
  EXPECT_THAT(sound_of(left[1].id).first, testing::ElementsAre(3, 4));
}

TEST_F(ScribeTest, PurgedInTheMiddleItGoesOnFromThere) {
  begin();
  hear(2);
  ASSERT_TRUE(scribe_->purge());
  hear(1);
  scribe_->end(false);
  open();
  const auto left = scribe_->take_unfinished();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_THAT(sound_of(left.front().id).first, testing::ElementsAre(2));
}

TEST_F(ScribeTest, ADictationDoesNotHearTheEndOfTheOneBefore) {
  begin();
  hear(1);
  scribe_->end(true);
  tap_->push(std::vector<float>(kRateHz, 0.99F));  // on its way while it ended
  begin();
  hear(1);
  scribe_->end(false);
  open();
  const auto left = scribe_->take_unfinished();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_THAT(sound_of(left.front().id).first, testing::ElementsAre(0));
}

}  // namespace
}  // namespace voicestand::service
