#include "voicestand/journal/journal_writer.h"

#include <algorithm>
#include <atomic>
#include <future>

#include <gtest/gtest.h>

#include "voicestand/journal/journal_test_disk.h"

namespace voicestand::journal {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow{std::chrono::microseconds(1'800'000'000'000'000)};
constexpr auto kLong = 10s;

// A disk that stands still until it is let go on.
class StandingFolder final : public posix::Folder {
 public:
  StandingFolder(std::unique_ptr<posix::Folder> folder, std::shared_future<void> goes_on)
      : folder_(std::move(folder)), goes_on_(std::move(goes_on)) {}
  const std::string& path() const noexcept override { return folder_->path(); }
  std::error_code list(std::vector<Entry>& entries) override { return folder_->list(entries); }
  std::error_code open(const std::string& name, std::unique_ptr<File>& file) override {
    if (name != "journal.new") goes_on_.wait();
    return folder_->open(name, file);
  }
  std::error_code read(const std::string& name, std::vector<std::byte>& bytes) override {
    return folder_->read(name, bytes);
  }
  std::error_code remove(const std::string& name) override { return folder_->remove(name); }
  std::error_code rename(const std::string& from, const std::string& to) override { return folder_->rename(from, to); }
  std::error_code sync() override { return folder_->sync(); }

 private:
  std::unique_ptr<posix::Folder> folder_;
  std::shared_future<void> goes_on_;
};

class JournalWriterTest : public testing::Test {
 protected:
  void start(std::unique_ptr<posix::Folder> folder) {
    auto opened = Journal::open(std::move(folder), options_, clock_, kNow);
    ASSERT_TRUE(opened);
    unfinished_ = std::move(opened->unfinished);
    auto writer = JournalWriter::start(
        std::move(opened->journal), [this](const Error* trouble) { ++(trouble != nullptr ? troubles_ : recoveries_); });
    ASSERT_TRUE(writer);
    writer_ = std::move(*writer);
  }
  void restart() {
    writer_.reset();
    start(disk_.folder());
  }

  TestDisk disk_;
  SteadyClock clock_;
  Journal::Options options_;
  std::atomic<int> troubles_ = 0;
  std::atomic<int> recoveries_ = 0;
  std::vector<Utterance> unfinished_;
  std::unique_ptr<JournalWriter> writer_;
};

TEST_F(JournalWriterTest, TextsAreSafeWhenTheCallReturns) {
  start(disk_.folder());
  const auto first = writer_->begin(kNow, "editor");
  const auto second = writer_->begin(kNow, "editor");
  EXPECT_EQ(first, 1'800'000'000'000'000U);
  EXPECT_NE(first, second);
  ASSERT_TRUE(writer_->append_text(first, "one", kLong));
  ASSERT_TRUE(writer_->append_text(second, "two", kLong));
  writer_->delivered(first, "typed");
  restart();
  ASSERT_EQ(unfinished_.size(), 1U);
  EXPECT_EQ(unfinished_[0].text, "two");
  EXPECT_GT(writer_->begin(kNow, ""), second) << "also after a restart";
}

TEST_F(JournalWriterTest, AudioIsWrittenAPieceAtATimeAndTheRestAtTheEnd) {
  start(disk_.folder());
  const auto id = writer_->begin(kNow, "");
  for (std::size_t written = 0; written < JournalWriter::kPieceSamples; written += 500)
    writer_->append_audio(id, std::vector<float>(500, 0.5F));
  EXPECT_EQ(writer_->audio(id, kLong)->size(), JournalWriter::kPieceSamples);
  writer_->append_audio(id, std::vector<float>(JournalWriter::kPieceSamples * 3 + 10, 0.25F));
  EXPECT_EQ(writer_->audio(id, kLong)->size(), JournalWriter::kPieceSamples * 4);
  restart();
  ASSERT_EQ(unfinished_.size(), 1U);
  const auto audio = writer_->audio(id, kLong);
  ASSERT_EQ(audio->size(), JournalWriter::kPieceSamples * 4 + 10);
  EXPECT_EQ(std::ranges::count(*audio, 0.5F), static_cast<std::ptrdiff_t>(JournalWriter::kPieceSamples));
}

TEST_F(JournalWriterTest, KeptAudioIsWholeWhenTheTextIsThere) {
  options_.keep_audio = true;
  start(disk_.folder());
  const auto id = writer_->begin(kNow, "");
  writer_->append_audio(id, std::vector<float>(JournalWriter::kPieceSamples + 10));
  ASSERT_TRUE(writer_->append_text(id, "kept", kLong));
  EXPECT_EQ(writer_->audio(id, kLong)->size(), JournalWriter::kPieceSamples + 10);
}

TEST_F(JournalWriterTest, CancelledAndPurgedNothingIsOffered) {
  start(disk_.folder());
  const auto first = writer_->begin(kNow, "");
  writer_->append_audio(first, std::vector<float>(JournalWriter::kPieceSamples));
  writer_->cancel(first);
  EXPECT_TRUE(writer_->utterances(kLong)->empty());
  const auto second = writer_->begin(kNow, "");
  writer_->append_audio(second, std::vector<float>(JournalWriter::kPieceSamples + 1));
  ASSERT_TRUE(writer_->purge(kLong));
  restart();
  EXPECT_TRUE(unfinished_.empty());
}

TEST_F(JournalWriterTest, NobodyWaitsForADiskThatStandsStill) {
  std::promise<void> go_on;
  start(std::make_unique<StandingFolder>(disk_.folder(), go_on.get_future().share()));
  const auto id = writer_->begin(kNow, "");
  for (int second = 0; second < 40; ++second) writer_->append_audio(id, std::vector<float>(Journal::kSampleRateHz));
  EXPECT_GE(writer_->lost_samples(), std::uint64_t{Journal::kSampleRateHz} * 9);
  const auto late = writer_->append_text(id, "late", 1ms);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::kIo);
  go_on.set_value();
  ASSERT_TRUE(writer_->append_text(id, "in time", kLong));
  restart();
  ASSERT_EQ(unfinished_.size(), 1U);
  EXPECT_EQ(unfinished_[0].text, "in time");
}

TEST_F(JournalWriterTest, TroubleIsToldOnceAndThatItIsOver) {
  start(disk_.folder());
  disk_.read_only = true;
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(writer_->append_text(writer_->begin(kNow, ""), "x", kLong));
  EXPECT_EQ(troubles_, 1);
  EXPECT_EQ(recoveries_, 0);
  writer_.reset();
  start(disk_.folder());
  ASSERT_TRUE(writer_->utterances(kLong));
  EXPECT_EQ(troubles_, 2) << "read-only from the beginning";
}

}  // namespace
}  // namespace voicestand::journal
