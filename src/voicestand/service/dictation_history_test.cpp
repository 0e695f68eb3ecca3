#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "voicestand/service/dictation_test_reading.h"
#include "voicestand/service/scribe.h"

namespace voicestand::service {
namespace {

using testing::IsEmpty;

class DictationHistoryTest : public DictationTest {
 protected:
  void SetUp() override {
    std::string path = testing::TempDir() + "/history-XXXXXX";
    ASSERT_NE(::mkdtemp(path.data()), nullptr);
    folder_ = path;
    open();
    DictationTest::SetUp();
  }
  void TearDown() override {
    dictation_.reset();
    scribe_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    dictation_.reset();
    scribe_.reset();
    auto opened = Scribe::open(folder_, {}, clock_, {});
    ASSERT_TRUE(opened);
    scribe_ = std::move(*opened);
  }
  [[nodiscard]] Scribe* scribe() override { return scribe_.get(); }

  // Another program's turn, in which nobody reads.
  std::vector<journal::Utterance> begin_anew() {
    open();
    read_.clear();
    begun_.store(0);
    begin({});
    auto unfinished = scribe_->take_unfinished();
    for (const auto& utterance : unfinished) dictation_->recover(utterance);
    return unfinished;
  }

  void read_aloud(Dictation::Config config = {}) {
    begun_.store(0);
    begin(std::move(config));
    wait_until(kOnset);
    dictation_->begin(false);
    wait_until(kEnd + milliseconds(300));
    release();
    ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  }

  std::filesystem::path folder_;
  std::unique_ptr<Scribe> scribe_;
};

TEST_F(DictationHistoryTest, WhatIsInTheWindowIsHistory) {
  read_aloud();
  const auto history = scribe_->history().value();
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history.front().text, notebook_.spoken.front().text);
  EXPECT_EQ(history.front().delivered, "typed");
  EXPECT_EQ(history.front().app, "editor");
  EXPECT_FALSE(history.front().has_audio);
  EXPECT_THAT(begin_anew(), IsEmpty());
}

TEST_F(DictationHistoryTest, LiveTextToo) {
  read_aloud({.manner = {.live = LiveText::kStable}});
  const auto history = scribe_->history().value();
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(letters_of(history.front().text.value_or("")), "evertriedeverfailed");
  EXPECT_EQ(history.front().delivered, "typed");
}

TEST_F(DictationHistoryTest, WhatTheUsersProgramMakesOfItIsTypedAndKept) {
  read_aloud({.manner = {.hook = {.argv = {"sh", "-c", "cat > /dev/null; echo '{\"text\": \"Fail better.\"}'"}}}});
  EXPECT_EQ(desktop_.typed(), "Fail better.");
  const auto history = scribe_->history().value();
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history.front().text, "Fail better.");
  EXPECT_THAT(notebook_.warnings, IsEmpty());
}

TEST_F(DictationHistoryTest, WhereThatProgramFailsTheTextStaysAsItIs) {
  read_aloud({.manner = {.hook = {.argv = {"sleep", "60"}, .timeout = milliseconds(50)}}});
  EXPECT_EQ(letters_of(desktop_.typed()), "evertriedeverfailed");
  EXPECT_EQ(notebook_.warnings.size(), 1U);
}

TEST_F(DictationHistoryTest, WhatIsOnTheClipboardSaysSo) {
  desktop_.refuse_all();
  read_aloud();
  const auto history = scribe_->history().value();
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history.front().delivered, "clipboard");
}

TEST_F(DictationHistoryTest, EndedWhileOneSpeaksTheNextProgramHearsItAgain) {
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd + milliseconds(300));
  const auto unfinished = begin_anew();
  ASSERT_EQ(unfinished.size(), 1U);
  EXPECT_FALSE(unfinished.front().text);
  ASSERT_TRUE(notebook_.until([&] { return !notebook_.recovered.empty(); }));
  EXPECT_EQ(letters_of(notebook_.recovered.front()), "evertriedeverfailed");
  EXPECT_EQ(desktop_.typed(), "") << "offered, and not typed";
  EXPECT_THAT(begin_anew(), IsEmpty()) << "and once";
  const auto history = scribe_->history().value();
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history.front().delivered, "offered");
  EXPECT_EQ(history.front().text, notebook_.recovered.front());
}

TEST_F(DictationHistoryTest, WhoTakesTheKeyIsNotKeptWaitingByWhatIsHeardAgain) {
  begin({});
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd + milliseconds(300));
  open();
  begun_.store(0);
  begin({});
  auto unfinished = scribe_->take_unfinished();
  ASSERT_EQ(unfinished.size(), 1U);
  dictation_->begin(false);
  dictation_->recover(unfinished.front());
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until([&] { return !notebook_.spoken.empty() && !notebook_.recovered.empty(); }));
  EXPECT_EQ(letters_of(notebook_.spoken.front().text), "evertriedeverfailed");
  EXPECT_EQ(letters_of(notebook_.recovered.front()), "evertriedeverfailed");
}

TEST_F(DictationHistoryTest, WhatIsCancelledIsForgotten) {
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd);
  dictation_->cancel();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_THAT(scribe_->history().value(), IsEmpty());
  EXPECT_THAT(begin_anew(), IsEmpty());
}

TEST_F(DictationHistoryTest, WhatWasMeantForAPasswordFieldIsNotWrittenDown) {
  desktop_.show({.id = "1", .secret = true});
  read_aloud();
  EXPECT_THAT(scribe_->history().value(), IsEmpty());
  EXPECT_THAT(begin_anew(), IsEmpty());
}

TEST_F(DictationHistoryTest, NorWhereThePasswordIsAskedForWhileOneSpeaks) {
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd - milliseconds(500));
  desktop_.show({.id = "1", .secret = true});
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_THAT(scribe_->history().value(), IsEmpty());
  EXPECT_THAT(begin_anew(), IsEmpty());
}

TEST_F(DictationHistoryTest, TypedFromTheHistoryItIsNotOfferedAgain) {
  desktop_.show({.id = "1", .application = "editor"});
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd + milliseconds(300));
  begin_anew();
  ASSERT_TRUE(notebook_.until([&] { return !notebook_.recovered.empty(); }));
  const auto history = scribe_->history().value();
  ASSERT_EQ(history.size(), 1U);
  dictation_->type(*history.front().text, history.front().id);
  ASSERT_TRUE(notebook_.until([&] { return !notebook_.spoken.empty(); }));
  EXPECT_EQ(desktop_.typed(), *history.front().text);
  EXPECT_EQ(scribe_->history().value().size(), 1U);
}

}  // namespace
}  // namespace voicestand::service
