#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "voicestand/journal/journal.h"
#include "voicestand/lib/posix/unique_fd.h"

// The journal in real files, with processes that are really killed.
namespace voicestand::journal {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kPiece = 800;

WallTime now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

// What a child tells of a call that has returned; lines of a pipe, which outlives it.
struct Note {
  std::uint64_t id = 0;
  std::uint64_t pieces = 0;  // of audio, written
  int state = 0;             // 1 begun, 2 text is written, 3 delivery is being written, 4 it is written
};

class JournalCrashTest : public testing::Test {
 protected:
  void SetUp() override {
    // In memory where that can be: who is killed leaves there what he leaves on a disk, and more may be killed.
    const std::filesystem::path memory = "/dev/shm";
    const auto parent = ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
    std::string folder = (parent / "voicestand-journal-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  [[nodiscard]] std::filesystem::path journal() const { return folder_ / "journal"; }

  std::filesystem::path folder_;
  SteadyClock clock_;
};

// Says one thing after the other until it is killed.
[[noreturn]] void talk(const std::filesystem::path& folder, int notes, unsigned seed) {
  SteadyClock clock;
  auto opened = Journal::open(folder, {}, clock, now());
  if (!opened) ::_exit(1);
  Journal& journal = *opened->journal;
  std::minstd_rand random(seed);
  const auto tell = [&](const Note& note) {
    if (::write(notes, &note, sizeof note) != sizeof note) ::_exit(2);
  };
  for (;;) {
    Note note{.id = journal.new_id(now()), .pieces = 0, .state = 1};
    if (!journal.begin(note.id, now(), "app")) ::_exit(3);
    const std::size_t pieces = random() % 4;
    for (std::size_t i = 0; i < pieces; ++i) {
      if (!journal.append_audio(note.id, std::vector<float>(kPiece, static_cast<float>(i + 1) / 64))) ::_exit(4);
      ++note.pieces;
      tell(note);
    }
    if (!journal.append_text(note.id, "text " + std::to_string(note.id))) ::_exit(5);
    note.state = 2;
    tell(note);
    if (random() % 2 == 0) continue;
    note.state = 3;
    tell(note);
    if (!journal.append_delivered(note.id, "typed")) ::_exit(6);
    note.state = 4;
    tell(note);
  }
}

TEST_F(JournalCrashTest, KilledAtAnyMomentNothingThatWasPromisedIsMissing) {
  constexpr int kKills = 200;
  std::minstd_rand random(7);
  std::map<std::uint64_t, Note> notes;
  int kills = 0;
  int found = 0;
  int delivered = 0;
  int with_audio_alone = 0;
  const auto until = clock_.now() + 5s;
  for (; kills < kKills && clock_.now() < until; ++kills) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const posix::UniqueFd reader(ends[0]);
    posix::UniqueFd writer(ends[1]);
    const pid_t child = ::fork();
    if (child == 0) talk(journal(), writer.get(), static_cast<unsigned>(kills + 1));
    ASSERT_GT(child, 0);
    writer.reset();
    // Not before it works; then at any moment.
    Note note;
    ASSERT_EQ(::read(reader.get(), &note, sizeof note), static_cast<ssize_t>(sizeof note));
    notes[note.id] = note;
    const timespec pause{.tv_sec = 0, .tv_nsec = static_cast<long>(random() % 8'000'000)};
    ::nanosleep(&pause, nullptr);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << WEXITSTATUS(status);
    while (::read(reader.get(), &note, sizeof note) == static_cast<ssize_t>(sizeof note)) notes[note.id] = note;

    auto opened = Journal::open(journal(), {}, clock_, now());
    ASSERT_TRUE(opened) << opened.error().message();
    ASSERT_FALSE(opened->journal->trouble());
    const auto& unfinished = opened->unfinished;
    for (const auto& [id, its] : notes) {
      const auto at = std::ranges::find(unfinished, id, &Utterance::id);
      if (its.state == 4) {
        ASSERT_EQ(at, unfinished.end()) << "delivered, and offered again";
        ++delivered;
      }
      if (its.state >= 3) continue;
      ASSERT_NE(at, unfinished.end()) << "lost, in state " << its.state;
      ++found;
      if (its.state == 2) {
        ASSERT_TRUE(at->text);
      }
      if (at->text) {
        ASSERT_EQ(*at->text, "text " + std::to_string(id));
        continue;
      }
      ++with_audio_alone;
      const auto audio = opened->journal->audio(id);
      ASSERT_TRUE(audio);
      ASSERT_GE(audio->size(), its.pieces * kPiece);
      ASSERT_LE(audio->size(), (its.pieces + 1) * kPiece);
      for (std::size_t i = 0; i < audio->size(); ++i) {
        const std::size_t piece = i / kPiece;
        ASSERT_EQ((*audio)[i], static_cast<float>(piece + 1) / 64);
      }
    }
    // What it has not told of can only be what it was just about.
    const auto untold =
        std::ranges::count_if(unfinished, [&](const Utterance& its) { return !notes.contains(its.id); });
    ASSERT_LE(untold, 1);
    // So that each round looks at its own: all that is offered is dealt with.
    for (const auto& utterance : unfinished) ASSERT_TRUE(opened->journal->cancel(utterance.id));
    notes.clear();
  }
  std::printf("%d kills, %d found, %d delivered, %d with audio alone\n", kills, found, delivered, with_audio_alone);
  EXPECT_GT(kills, 10);
  EXPECT_GT(found, 0);
}

TEST_F(JournalCrashTest, TwoProcessesDoNotShareOne) {
  const auto first = Journal::open(journal(), {}, clock_, now());
  ASSERT_TRUE(first);
  const auto second = Journal::open(journal(), {}, clock_, now());
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message().find("another voicestand"), std::string::npos) << second.error().message();
}

// Where no file may grow any more, and where a file system may be mounted, on one that is full.
TEST_F(JournalCrashTest, WhereNoFileMayGrowItSaysSoAndWorksAgainAfterwards) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ManualClock clock;
    ::signal(SIGXFSZ, SIG_IGN);
    auto opened = Journal::open(journal(), {}, clock, now());
    if (!opened) ::_exit(1);
    Journal& its = *opened->journal;
    if (!its.begin(1, now(), "") || !its.append_audio(1, std::vector<float>(kPiece, 0.5F))) ::_exit(2);
    const rlimit none{.rlim_cur = 1'000, .rlim_max = RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &none);
    const auto full = its.append_audio(1, std::vector<float>(kPiece, 0.25F));
    if (full || full.error().code != Errc::kNoSpace || !its.trouble()) ::_exit(3);
    const rlimit any{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &any);
    clock.advance(Journal::kRetryEvery);
    if (!its.append_audio(1, std::vector<float>(kPiece, 0.25F)) || its.trouble()) ::_exit(4);
    const auto audio = its.audio(1);
    ::_exit(audio && audio->size() == 2 * kPiece ? 0 : 5);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(JournalCrashTest, OnADiskThatIsFullItKeepsWhatItHas) {
  const auto disk = folder_ / "disk";
  std::filesystem::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=256k") != 0)
    GTEST_SKIP() << "no file system may be mounted here";
  {
    ManualClock clock;
    auto opened = Journal::open(disk / "journal", {}, clock, now());
    ASSERT_TRUE(opened) << opened.error().message();
    Journal& its = *opened->journal;
    ASSERT_TRUE(its.begin(1, now(), ""));
    std::size_t pieces = 0;
    Result<void> done;
    while (pieces < 1'000 && (done = its.append_audio(1, std::vector<float>(kPiece, 0.5F)))) ++pieces;
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::kNoSpace);
    EXPECT_GT(pieces, 50U);
    opened->journal.reset();
    opened = Journal::open(disk / "journal", {}, clock, now());
    ASSERT_TRUE(opened);
    ASSERT_EQ(opened->unfinished.size(), 1U);
    EXPECT_GE(opened->journal->audio(1)->size(), pieces * kPiece);
    // Its audio gone, there is room.
    clock.advance(Journal::kRetryEvery);
    EXPECT_TRUE(opened->journal->cancel(1));
    ASSERT_TRUE(opened->journal->begin(2, now(), ""));
    EXPECT_TRUE(opened->journal->append_text(2, "room"));
    EXPECT_FALSE(opened->journal->trouble());
  }
  EXPECT_EQ(::umount(disk.c_str()), 0);
}

}  // namespace
}  // namespace voicestand::journal
