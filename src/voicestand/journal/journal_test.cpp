#include "voicestand/journal/journal.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/journal/journal_test_disk.h"

namespace voicestand::journal {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow{std::chrono::microseconds(1'800'000'000'000'000)};

// Samples that 16 bits hold exactly, none like the other.
std::vector<float> sound(std::size_t count, int from = 1) {
  std::vector<float> samples(count);
  for (std::size_t i = 0; i < count; ++i)
    samples[i] = static_cast<float>((from + static_cast<int>(i)) % 30'000) / 32'768.0F;
  return samples;
}

class JournalTest : public testing::Test {
 protected:
  void open(WallTime now = kNow) {
    opened_ = {};
    auto opened = Journal::open(disk_.folder(), options_, clock_, now);
    ASSERT_TRUE(opened) << opened.error().message();
    opened_ = std::move(*opened);
  }
  // Whatever the disk need not have kept is gone.
  void crash(WallTime now = kNow) {
    opened_ = {};
    disk_.cut_power();
    open(now);
  }
  Journal& journal() { return *opened_.journal; }
  // Has it said, written and, unless nowhere, delivered.
  void say(std::uint64_t id, const std::string& text, const std::string& where = "", WallTime at = kNow) {
    ASSERT_TRUE(journal().begin(id, at, "editor"));
    ASSERT_TRUE(journal().append_audio(id, sound(100)));
    ASSERT_TRUE(journal().append_text(id, text));
    if (!where.empty()) {
      ASSERT_TRUE(journal().append_delivered(id, where));
    }
  }
  [[nodiscard]] std::vector<std::uint64_t> unfinished() const {
    std::vector<std::uint64_t> ids;
    for (const auto& utterance : opened_.unfinished) ids.push_back(utterance.id);
    return ids;
  }

  TestDisk disk_;
  ManualClock clock_;
  Journal::Options options_;
  Journal::Opened opened_;
};

using Ids = std::vector<std::uint64_t>;

TEST_F(JournalTest, BeginsWithNothing) {
  open();
  EXPECT_TRUE(opened_.unfinished.empty());
  EXPECT_EQ(opened_.unreadable_bytes, 0U);
  EXPECT_FALSE(journal().trouble());
}

TEST_F(JournalTest, ATextThatWasWrittenIsOfferedAfterACrash) {
  open();
  say(7, "Good morning.");
  crash();
  ASSERT_EQ(unfinished(), Ids{7});
  const Utterance& utterance = opened_.unfinished.front();
  EXPECT_EQ(utterance.text, "Good morning.");
  EXPECT_EQ(utterance.app, "editor");
  EXPECT_EQ(utterance.started_at, kNow);
  EXPECT_FALSE(utterance.has_audio);
  ASSERT_TRUE(journal().append_delivered(7, "clipboard"));
  crash();
  EXPECT_TRUE(opened_.unfinished.empty());
  EXPECT_EQ(journal().utterances()->front().delivered, "clipboard");
}

TEST_F(JournalTest, AudioIsThereUntilItsTextIs) {
  open();
  ASSERT_TRUE(journal().begin(7, kNow, "editor"));
  ASSERT_TRUE(journal().append_audio(7, sound(1'000)));
  ASSERT_TRUE(journal().append_audio(7, sound(500, 1'001)));
  crash();
  ASSERT_EQ(unfinished(), Ids{7});
  EXPECT_FALSE(opened_.unfinished.front().text);
  EXPECT_EQ(opened_.unfinished.front().app, "editor");
  EXPECT_TRUE(opened_.unfinished.front().has_audio);
  EXPECT_EQ(journal().audio(7).value(), sound(1'500));
  ASSERT_TRUE(journal().append_text(7, "Decoded again."));
  EXPECT_EQ(disk_.only_audio(), "");
  EXPECT_EQ(journal().audio(7).error().code, Errc::kNotFound);
  crash();
  EXPECT_EQ(opened_.unfinished.front().text, "Decoded again.");
  EXPECT_EQ(disk_.only_audio(), "") << "the power cut brought it back, and open() has seen that it is not needed";
}

TEST_F(JournalTest, AudioIsKeptWhereThatIsAskedFor) {
  options_.keep_audio = true;
  open();
  say(7, "Kept.", "typed");
  crash();
  EXPECT_EQ(journal().audio(7).value(), sound(100));
  EXPECT_TRUE(journal().utterances()->front().has_audio);
}

TEST_F(JournalTest, LoudSoundsAreClippedAndNoNumberIsSilence) {
  open();
  ASSERT_TRUE(journal().begin(1, kNow, ""));
  ASSERT_TRUE(journal().append_audio(1, std::vector{2.0F, -2.0F, std::nanf(""), INFINITY, 1.0F}));
  const float most = 32'767.0F / 32'768.0F;
  EXPECT_EQ(journal().audio(1).value(), (std::vector{most, -1.0F, 0.0F, most, most}));
}

TEST_F(JournalTest, WhatWasCancelledIsNotOffered) {
  open();
  ASSERT_TRUE(journal().begin(1, kNow, ""));
  ASSERT_TRUE(journal().append_audio(1, sound(10)));
  ASSERT_TRUE(journal().cancel(1));
  say(2, "No.");
  ASSERT_TRUE(journal().cancel(2));
  ASSERT_TRUE(journal().cancel(99));
  crash();
  EXPECT_TRUE(opened_.unfinished.empty());
  EXPECT_EQ(disk_.only_audio(), "");
  EXPECT_TRUE(journal().utterances()->empty());
}

TEST_F(JournalTest, CallsThatMakeNoSenseAreRefused) {
  open();
  say(7, "Once.", "typed");
  EXPECT_EQ(journal().begin(7, kNow, "").error().code, Errc::kUsage);
  EXPECT_EQ(journal().append_text(7, "twice").error().code, Errc::kUsage);
  EXPECT_EQ(journal().append_text(8, "x").error().code, Errc::kUsage);
  EXPECT_EQ(journal().append_audio(8, sound(1)).error().code, Errc::kUsage);
  EXPECT_EQ(journal().append_delivered(8, "x").error().code, Errc::kUsage);
  ASSERT_TRUE(journal().begin(9, kNow, ""));
  EXPECT_EQ(journal().append_text(9, std::string(1 << 20, 'x')).error().code, Errc::kUsage);
  EXPECT_FALSE(journal().trouble()) << "none of it is the disk's fault";
}

TEST_F(JournalTest, IdsAreNeverGivenTwice) {
  open();
  const auto first = journal().new_id(kNow);
  EXPECT_EQ(first, 1'800'000'000'000'000U);
  EXPECT_EQ(journal().new_id(kNow), first + 1);
  say(first + 50, "x", "typed");
  open();
  EXPECT_GT(journal().new_id(kNow), first + 50);
  EXPECT_GT(journal().new_id(kNow - 24h), first + 50) << "a clock that was set back";
  EXPECT_LT(journal().new_id(WallTime(-24h)), first + 60) << "a clock that knows nothing";
}

TEST_F(JournalTest, WhatIsTooOldIsForgotten) {
  options_.keep_audio = true;
  open();
  say(1, "old", "typed");
  say(2, "old and never delivered");
  say(3, "newer", "typed", kNow + 24h);
  open(kNow + 24h * 7 + 1s);
  EXPECT_TRUE(opened_.unfinished.empty());
  ASSERT_EQ(journal().utterances()->size(), 1U);
  EXPECT_EQ(journal().utterances()->front().text, "newer");
  ASSERT_TRUE(journal().begin(4, kNow + 24h * 9, ""));
  EXPECT_EQ(journal().utterances()->size(), 1U) << "also while it is open";
  EXPECT_EQ(disk_.only_audio(), "");
}

TEST_F(JournalTest, TheOldestDeliveredGoWhenThereIsTooMuch) {
  options_.max_bytes = 10'000;
  open();
  say(1, std::string(1'000, 'u'));
  for (std::uint64_t id = 2; id < 50; ++id) {
    say(id, std::string(1'000, 'd'), "typed");
    EXPECT_LE(journal().size_bytes(), 12'500U);
  }
  crash();
  EXPECT_EQ(unfinished(), Ids{1});
  const auto all = *journal().utterances();
  EXPECT_GT(all.size(), 4U);
  EXPECT_EQ(all.back().id, 49U);
  EXPECT_EQ(all[1].id, 51U - all.size()) << "the newest of them are there";
}

TEST_F(JournalTest, FullOfWhatWasNotDeliveredItTakesTextsAlone) {
  options_.max_bytes = 10'000;
  open();
  for (std::uint64_t id = 1; id <= 12; ++id) {
    ASSERT_TRUE(journal().begin(id, kNow, ""));
    (void)journal().append_audio(id, sound(100));
    ASSERT_TRUE(journal().append_text(id, std::string(1'000, 'u')));
  }
  ASSERT_TRUE(journal().begin(99, kNow, ""));
  clock_.advance(Journal::kRetryEvery);
  EXPECT_EQ(journal().append_audio(99, sound(100)).error().code, Errc::kNoSpace);
  crash();
  EXPECT_EQ(unfinished().size(), 12U);
}

TEST_F(JournalTest, PurgedNothingIsLeft) {
  options_.keep_audio = true;
  open();
  say(1, "secret", "typed");
  ASSERT_TRUE(journal().begin(2, kNow, ""));
  ASSERT_TRUE(journal().append_audio(2, sound(100)));
  const auto old_files = disk_.names;
  ASSERT_TRUE(journal().purge());
  for (const auto& [name, content] : old_files)
    EXPECT_TRUE(std::ranges::all_of(content->kept, [](std::byte byte) { return byte == std::byte{0}; })) << name;
  EXPECT_TRUE(journal().utterances()->empty());
  EXPECT_EQ(disk_.only_audio(), "");
  say(3, "afterwards");
  crash();
  EXPECT_EQ(unfinished(), Ids{3});
}

TEST_F(JournalTest, FilesOfOthersAreLeftAlone) {
  disk_.names["notes.audio"] = std::make_shared<TestDisk::Content>();
  disk_.kept_names = disk_.names;
  open();
  ASSERT_TRUE(journal().purge());
  EXPECT_TRUE(disk_.names.contains("notes.audio"));
}

TEST_F(JournalTest, GarbageIsCountedAndWrittenOver) {
  disk_.names["journal"] = std::make_shared<TestDisk::Content>();
  disk_.bytes("journal").assign(1'000, std::byte{'x'});
  disk_.names["00000000000000ff.audio"] = std::make_shared<TestDisk::Content>();
  disk_.bytes("00000000000000ff.audio").assign(500, std::byte{'y'});
  open();
  EXPECT_EQ(opened_.unreadable_bytes, 1'500U);
  EXPECT_TRUE(opened_.unfinished.empty());
  say(1, "works");
  crash();
  EXPECT_EQ(opened_.unreadable_bytes, 0U);
  EXPECT_EQ(unfinished(), Ids{1});
}

TEST_F(JournalTest, WhatALaterVersionHasWrittenIsNotTouched) {
  disk_.names["journal"] = std::make_shared<TestDisk::Content>();
  add_record(disk_.bytes("journal"), RecordKind::kFile, kFormatVersion + 1, {});
  const auto before = disk_.bytes("journal");
  const auto opened = Journal::open(disk_.folder(), options_, clock_, kNow);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::kBadData);
  EXPECT_EQ(disk_.bytes("journal"), before);
}

TEST_F(JournalTest, AudioOfALaterVersionIsNotTouched) {
  disk_.names["0000000000000001.audio"] = std::make_shared<TestDisk::Content>();
  add_record(disk_.bytes("0000000000000001.audio"), RecordKind::kFile, kFormatVersion + 1, {});
  open();
  EXPECT_TRUE(disk_.names.contains("0000000000000001.audio"));
}

TEST_F(JournalTest, AudioOutlivesDamageToItsBeginning) {
  open();
  ASSERT_TRUE(journal().begin(7, kNow - 1h, "editor"));
  ASSERT_TRUE(journal().append_audio(7, sound(100)));
  ASSERT_TRUE(journal().append_audio(7, sound(100, 101)));
  for (std::size_t i = 0; i < 60; ++i) disk_.bytes(disk_.only_audio())[i] = std::byte{0xEE};
  open();
  ASSERT_EQ(unfinished(), Ids{7});
  EXPECT_EQ(opened_.unfinished.front().started_at, kNow) << "when it began is lost";
  EXPECT_EQ(journal().audio(7).value(), sound(200));
}

// Anything that can happen to the file: what was whole is given back, and nothing else.
TEST_F(JournalTest, TruncatedOrFlippedTheRestIsGivenBack) {
  open();
  std::vector<std::size_t> ends;
  for (std::uint64_t id = 1; id <= 5; ++id) {
    say(id, "text " + std::to_string(id));
    ends.push_back(journal().size_bytes());
  }
  opened_ = {};
  const TestDisk::Bytes whole = disk_.bytes("journal");
  for (std::size_t size = 0; size <= ends.back(); ++size) {
    disk_.bytes("journal") = {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
    open();
    ASSERT_EQ(unfinished().size(),
              static_cast<std::size_t>(std::ranges::count_if(ends, [&](auto end) { return end <= size; })))
        << size;
  }
  for (std::size_t bit = 0; bit < ends.back() * 8; ++bit) {
    disk_.bytes("journal") = whole;
    disk_.bytes("journal")[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    open();
    Ids expected;
    for (std::uint64_t id = 1; id <= 5; ++id) {
      const std::size_t begin = id == 1 ? kRecordHeaderBytes : ends[id - 2];
      if (bit / 8 < begin || bit / 8 >= ends[id - 1]) expected.push_back(id);
    }
    ASSERT_EQ(unfinished(), expected) << bit;
    for (const auto& utterance : opened_.unfinished) ASSERT_EQ(utterance.text, "text " + std::to_string(utterance.id));
  }
}

TEST_F(JournalTest, ASyncThatFailsOnceIsMadeUpFor) {
  open();
  ASSERT_TRUE(journal().begin(1, kNow, ""));
  ASSERT_TRUE(journal().append_audio(1, sound(100)));
  disk_.fail_after(1);  // the write succeeds, the sync does not
  ASSERT_TRUE(journal().append_audio(1, sound(100, 101)));
  EXPECT_EQ(disk_.failing_in, -1);
  crash();
  EXPECT_EQ(journal().audio(1).value(), sound(200));
  disk_.fail_after(1);
  ASSERT_TRUE(journal().append_text(1, "safe"));
  crash();
  EXPECT_EQ(opened_.unfinished.front().text, "safe");
  EXPECT_FALSE(journal().trouble());
}

TEST_F(JournalTest, ShortWritesAreGoneOnWith) {
  disk_.most_at_a_time = 7;
  open();
  say(1, "in many pieces");
  crash();
  EXPECT_EQ(opened_.unfinished.front().text, "in many pieces");
}

TEST_F(JournalTest, AFullDiskIsTriedAgainAfterAWhile) {
  open();
  ASSERT_TRUE(journal().begin(1, kNow, ""));
  ASSERT_TRUE(journal().append_audio(1, sound(100)));
  disk_.room_bytes = 50;
  EXPECT_EQ(journal().append_audio(1, sound(100)).error().code, Errc::kNoSpace);
  ASSERT_TRUE(journal().trouble());
  disk_.room_bytes = UINT64_MAX;
  EXPECT_FALSE(journal().append_audio(1, sound(100))) << "not yet";
  clock_.advance(Journal::kRetryEvery);
  ASSERT_TRUE(journal().begin(2, kNow, ""));
  EXPECT_TRUE(journal().trouble()) << "nothing has been written since";
  EXPECT_TRUE(journal().append_audio(1, sound(100, 101)));
  EXPECT_FALSE(journal().trouble());
  crash();
  EXPECT_EQ(journal().audio(1).value(), sound(200));
}

TEST_F(JournalTest, TextsAreTriedAtOnceAlsoAfterTrouble) {
  open();
  ASSERT_TRUE(journal().begin(1, kNow, ""));
  disk_.sync_fails = true;
  EXPECT_FALSE(journal().append_audio(1, sound(100)));
  EXPECT_FALSE(journal().append_text(1, "lost?"));
  disk_.sync_fails = false;
  EXPECT_TRUE(journal().append_text(1, "safe"));
  crash();
  ASSERT_EQ(unfinished(), Ids{1});
  EXPECT_EQ(opened_.unfinished.front().text, "safe");
}

TEST_F(JournalTest, AReadOnlyFolderGivesWhatItHas) {
  open();
  say(1, "there");
  disk_.kept_names = disk_.names;
  disk_.read_only = true;
  open();
  EXPECT_TRUE(journal().trouble());
  ASSERT_EQ(unfinished(), Ids{1});
  EXPECT_FALSE(journal().append_delivered(1, "typed"));
  disk_.read_only = false;
  EXPECT_TRUE(journal().append_delivered(1, "typed"));
}

// What a caller was told, over crashes and faults at any moment.
struct Promises {
  struct Said {
    std::set<std::string> tried;      // texts that may be there
    std::optional<std::string> text;  // the last that is
    bool text_unsure = false;
    bool delivery_tried = false;
    bool delivered = false;
    bool cancel_tried = false;
    bool cancelled = false;
    std::vector<float> audio;
  };
  std::map<std::uint64_t, Said> said;

  void check(Journal& journal, const std::vector<Utterance>& unfinished) const {
    std::set<std::uint64_t> ids;
    for (const Utterance& utterance : unfinished) {
      RC_ASSERT(ids.insert(utterance.id).second);
      RC_ASSERT(said.contains(utterance.id));
      const Said& its = said.at(utterance.id);
      RC_ASSERT(!its.delivered);
      RC_ASSERT(!its.cancelled);
      if (utterance.text) RC_ASSERT(its.tried.contains(*utterance.text));
    }
    for (const auto& [id, its] : said) {
      if (its.delivery_tried || its.cancel_tried) continue;
      const auto at = std::ranges::find(unfinished, id, &Utterance::id);
      if (its.text) {
        RC_ASSERT(at != unfinished.end());
        RC_ASSERT(at->text.has_value());
        if (!its.text_unsure) RC_ASSERT(*at->text == *its.text);
      } else if (!its.audio.empty()) {
        RC_ASSERT(at != unfinished.end());
        if (at->text) continue;  // one whose call had failed
        const auto audio = journal.audio(id);
        RC_ASSERT(audio.has_value());
        RC_ASSERT(audio->size() >= its.audio.size());
        RC_ASSERT(std::equal(its.audio.begin(), its.audio.end(), audio->begin()));
      }
    }
  }
};

// Any of them as likely, however small the case.
int pick(int from, int to) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(from, to));
}

TEST(JournalLaw, WhatWasPromisedHoldsOverCrashesAndFaultsAtAnyMoment) {
  EXPECT_TRUE(rc::check([] {
    TestDisk disk;
    ManualClock clock;
    Promises promises;
    Journal::Opened opened;
    const auto open = [&] {
      opened = {};
      disk.failing_in = -1;
      auto now_open = Journal::open(disk.folder(), {}, clock, kNow);
      RC_ASSERT(now_open.has_value());
      opened = std::move(*now_open);
      promises.check(*opened.journal, opened.unfinished);
    };
    open();
    const int steps = pick(0, 300);
    std::uint64_t next = 1;
    for (int step = 0; step < steps; ++step) {
      const std::uint64_t id = next > 1 ? static_cast<std::uint64_t>(pick(1, static_cast<int>(next))) : 0;
      Journal& journal = *opened.journal;
      auto& its = promises.said[id];
      switch (pick(0, 10)) {
        case 0:
        case 1:
          if (journal.begin(next, kNow, "app")) promises.said[next++];
          break;
        case 2:
        case 3: {
          clock.advance(Journal::kRetryEvery);
          const auto samples = sound(static_cast<std::size_t>(pick(1, 40)), pick(1, 20'000));
          if (its.tried.empty() && journal.append_audio(id, samples))
            its.audio.insert(its.audio.end(), samples.begin(), samples.end());
          break;
        }
        case 4:
        case 5: {
          const std::string text = "text " + std::to_string(step);
          const auto done = journal.append_text(id, text);
          if (!done && done.error().code == Errc::kUsage) break;
          its.tried.insert(text);
          if (done) its.text = text;
          its.text_unsure = !done;
          break;
        }
        case 6: {
          const auto done = journal.append_delivered(id, "typed");
          if (!done && done.error().code == Errc::kUsage) break;
          its.delivery_tried = true;
          its.delivered = its.delivered || done;
          break;
        }
        case 7:
          its.cancel_tried = true;
          its.cancelled = journal.cancel(id).has_value() || its.cancelled;
          break;
        case 8:
          disk.fail_after(pick(0, 8), pick(1, 8));
          break;
        default:
          // Killed, or the power cut.
          if (*rc::gen::arbitrary<bool>()) disk.cut_power();
          open();
      }
      promises.said.erase(0);
    }
    if (*rc::gen::arbitrary<bool>()) disk.cut_power();
    open();
  }));
}

}  // namespace
}  // namespace voicestand::journal
