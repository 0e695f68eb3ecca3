#include "voicestand/service/alert_book.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::service {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> told(const std::vector<Alert>& alerts) {
  std::vector<std::string> lines;
  for (const Alert& alert : alerts) lines.push_back(std::string(alert.name) + " " + std::string(name_of(alert.state)));
  return lines;
}

// A program that is looked at every second.
class Watched {
 public:
  std::vector<std::string> pass(std::chrono::seconds time = 1s) {
    std::vector<std::string> changes;
    for (std::chrono::seconds at = 0s; at < time; ++at) {
      facts.at += 1s;
      if (facts.listening && audio) facts.captured_frames += 48'000;
      for (const std::string& line : told(book.look(facts))) changes.push_back(line);
    }
    return changes;
  }
  std::vector<std::string> now() { return told(book.alerts()); }

  AlertFacts facts{.at = Clock::TimePoint(1h), .listening = true};
  bool audio = true;
  AlertBook book;
};

TEST(AlertBook, AllIsWell) {
  Watched program;
  EXPECT_THAT(program.pass(1'000s), IsEmpty());
  EXPECT_THAT(program.now(), IsEmpty());
}

TEST(AlertBook, AnOverrunFiresAtOnceAndIsResolvedAMinuteLater) {
  Watched program;
  program.pass(100s);
  program.facts.overruns += 1;
  EXPECT_THAT(program.pass(), ElementsAre("VoiceStandOverruns firing"));
  EXPECT_THAT(program.pass(59s), IsEmpty());
  EXPECT_THAT(program.pass(2s), ElementsAre("VoiceStandOverruns resolved"));
  EXPECT_THAT(program.now(), ElementsAre("VoiceStandOverruns resolved"));
  program.pass(AlertBook::kRemembered);
  EXPECT_THAT(program.now(), IsEmpty());
}

TEST(AlertBook, AMicrophoneMayPauseForAMoment) {
  Watched program;
  program.pass(10s);
  program.audio = false;
  EXPECT_THAT(program.pass(4s), IsEmpty());
  EXPECT_THAT(program.now(), ElementsAre("VoiceStandNoAudio pending"));
  program.audio = true;
  EXPECT_THAT(program.pass(), IsEmpty());
  EXPECT_THAT(program.now(), IsEmpty());
  program.audio = false;
  EXPECT_THAT(program.pass(7s), ElementsAre("VoiceStandNoAudio firing"));
  program.facts.listening = false;
  EXPECT_THAT(program.pass(), ElementsAre("VoiceStandNoAudio resolved"));
}

TEST(AlertBook, OneThatDoesNotListenNeedsNoAudio) {
  Watched program;
  program.facts.listening = false;
  EXPECT_THAT(program.pass(100s), IsEmpty());
}

TEST(AlertBook, OneSlowTextIsNoAlertAndManyAre) {
  Watched program;
  const auto dictate = [&](int texts, int prompt) {
    program.facts.texts += static_cast<std::uint64_t>(texts);
    program.facts.prompt_texts += static_cast<std::uint64_t>(prompt);
    return program.pass(30s);
  };
  EXPECT_THAT(dictate(1, 0), IsEmpty());
  EXPECT_THAT(dictate(30, 30), IsEmpty());
  EXPECT_THAT(dictate(5, 0), ElementsAre("VoiceStandLate firing"));
  EXPECT_THAT(dictate(100, 100), ElementsAre("VoiceStandLate resolved"));
}

TEST(AlertBook, ALateFrontEndIsTheMachinesFaultOnlyWhereItsBlocksAreShort) {
  Watched program;
  const auto hear = [&](std::uint64_t late_of_hundred, std::chrono::seconds time) {
    std::vector<std::string> changes;
    for (std::chrono::seconds at = 0s; at < time; ++at) {
      program.facts.blocks += 400;
      program.facts.prompt_blocks += 4 * (100 - late_of_hundred);
      for (const std::string& line : program.pass()) changes.push_back(line);
    }
    return changes;
  };
  EXPECT_THAT(hear(0, 100s), IsEmpty());
  EXPECT_THAT(hear(100, 1s), IsEmpty()) << "a second in a hundred";
  EXPECT_THAT(hear(40, 58s), IsEmpty()) << "not for long yet";
  EXPECT_THAT(hear(40, 10s), ElementsAre("VoiceStandFrontEndLate firing"));
  EXPECT_THAT(hear(0, 1'000s), ElementsAre("VoiceStandFrontEndLate resolved"));
  program = {};
  EXPECT_THAT(hear(98, 1'000s), IsEmpty()) << "blocks of 20 ms are no fault";
}

TEST(AlertBook, OneFailureIsNoAlertAndThreeAre) {
  Watched program;
  program.pass(10s);
  for (int failure = 0; failure < 2; ++failure) {
    program.facts.recognition_failures += 1;
    EXPECT_THAT(program.pass(100s), IsEmpty());
  }
  program.facts.recognition_failures += 1;
  EXPECT_THAT(program.pass(), ElementsAre("VoiceStandRecognitionFails firing"));
  EXPECT_THAT(program.pass(1'000s), ElementsAre("VoiceStandRecognitionFails resolved"));
}

TEST(AlertBook, DiskPoolAndHeat) {
  Watched program;
  program.pass(10s);
  program.facts.pool_exhausted += 3;
  program.facts.free_disk_share = 0.01;
  program.facts.celsius = 99;
  EXPECT_THAT(program.pass(), ElementsAre("VoiceStandPoolExhausted firing"));
  EXPECT_THAT(program.pass(31s), ElementsAre("VoiceStandHot firing"));
  EXPECT_THAT(program.pass(31s), ElementsAre("VoiceStandPoolExhausted resolved", "VoiceStandDiskFull firing"));
  program.facts.free_disk_share.reset();
  program.facts.celsius.reset();
  EXPECT_THAT(program.pass(), ElementsAre("VoiceStandDiskFull resolved", "VoiceStandHot resolved"));
}

// Whatever happens, an alert goes from one state to the next and never fires twice without having been resolved.
RC_GTEST_PROP(AlertBook, FiringAndResolvedTakeTurns, ()) {
  Watched program;
  std::vector<std::string> changes;
  const int steps = *rc::gen::inRange(0, 60);
  for (int step = 0; step < steps; ++step) {
    program.facts.listening = *rc::gen::arbitrary<bool>();
    program.audio = *rc::gen::arbitrary<bool>();
    program.facts.overruns += *rc::gen::inRange<std::uint64_t>(0, 2);
    program.facts.recognition_failures += *rc::gen::inRange<std::uint64_t>(0, 2);
    program.facts.celsius = *rc::gen::inRange(20, 120);
    const auto more = program.pass(std::chrono::seconds(*rc::gen::inRange(1, 90)));
    changes.insert(changes.end(), more.begin(), more.end());
  }
  for (const std::string name :
       {"VoiceStandOverruns", "VoiceStandRecognitionFails", "VoiceStandNoAudio", "VoiceStandHot"}) {
    bool firing = false;
    for (const std::string& change : changes) {
      if (!change.starts_with(name)) continue;
      RC_ASSERT(change == name + (firing ? " resolved" : " firing"));
      firing = !firing;
    }
    const auto now = program.now();
    RC_ASSERT((std::ranges::find(now, name + " firing") != now.end()) == firing);
  }
}

}  // namespace
}  // namespace voicestand::service
