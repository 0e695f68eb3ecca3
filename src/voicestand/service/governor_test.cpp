#include "voicestand/service/governor.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::service {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::chrono::seconds kBetweenLooks{2};

// A machine with one sensor, which is slowed down at 100 degrees.
class Machine {
 public:
  // As long as it takes; the levels on the way, each once.
  std::vector<int> be(std::optional<double> celsius, std::chrono::seconds time, std::optional<double> pressure = {}) {
    std::vector<int> levels{governor.level()};
    for (auto passed = 0s; passed < time; passed += kBetweenLooks) {
      now += kBetweenLooks;
      flutter = -flutter;  // no sensor stands quite still
      std::vector<platform::ThermalZone> zones;
      if (celsius) zones.push_back({.name = "cpu", .celsius = *celsius + flutter});
      governor.look(zones, pressure, now);
      if (governor.level() != levels.back()) levels.push_back(governor.level());
    }
    return levels;
  }

  Governor governor{{{.name = "cpu", .celsius = 100}}};
  Clock::TimePoint now{1h};
  double flutter = 0.05;
};

TEST(Governor, DoesLessStepByStepAsItBecomesHot) {
  Machine machine;
  EXPECT_THAT(machine.be(60, 1min), ElementsAre(0));
  EXPECT_THAT(machine.be(96, 1min), ElementsAre(0, 1));
  EXPECT_THAT(machine.governor.reason(), HasSubstr("cpu at 96 of 100 degrees"));
  EXPECT_THAT(machine.be(101, 1min), ElementsAre(1, 2));
  EXPECT_THAT(machine.be(109, 1min), ElementsAre(2, 3, 4));
  EXPECT_THAT(machine.be(98, 3min), ElementsAre(4, 3, 2)) << "98 is within what level 2 is kept at";
  EXPECT_THAT(machine.be(70, 3min), ElementsAre(2, 1, 0));
  EXPECT_EQ(machine.governor.reason(), "");
}

TEST(Governor, ASensorAtTheEdgeDoesNotMakeItWaver) {
  Machine machine;
  machine.be(96, 1min);
  for (int times = 0; times < 50; ++times) {
    EXPECT_THAT(machine.be(94, 4s), ElementsAre(1));
    EXPECT_THAT(machine.be(96, 4s), ElementsAre(1));
  }
}

TEST(Governor, OneReadingThatJumpsIsNone) {
  Machine machine;
  for (int times = 0; times < 50; ++times) {
    EXPECT_THAT(machine.be(115, 2s), ElementsAre(0));
    EXPECT_THAT(machine.be(60, 20s), ElementsAre(0));
  }
}

TEST(Governor, ASensorThatIsStuckDoesNotCount) {
  Machine machine;
  machine.flutter = 0;
  machine.be(120, 4min);
  EXPECT_EQ(machine.governor.level(), 4);
  EXPECT_THAT(machine.be(120, 10min), ElementsAre(4, 3, 2, 1, 0));
  EXPECT_THAT(machine.be(120, 60min), ElementsAre(0));
}

TEST(Governor, OneThatIsMissingDoesNotCount) {
  Machine machine;
  machine.be(109, 2min);
  EXPECT_THAT(machine.be(std::nullopt, 3min), ElementsAre(4, 3, 2, 1, 0));
}

TEST(Governor, AZoneWithoutALimitDoesNotCount) {
  Governor governor({{.name = "cpu", .celsius = 100}});
  for (int look = 0; look < 100; ++look)
    governor.look({{.name = "disk", .celsius = 120.0 + look}}, std::nullopt, Clock::TimePoint(look * kBetweenLooks));
  EXPECT_EQ(governor.level(), 0);
}

TEST(Governor, WorkThatWaitsAsksForOneLevelAndNoMore) {
  Machine machine;
  EXPECT_THAT(machine.be(60, 10min, 59), ElementsAre(0));
  EXPECT_THAT(machine.be(60, 10min, 95), ElementsAre(0, 1));
  EXPECT_THAT(machine.governor.reason(), HasSubstr("95 %"));
  EXPECT_THAT(machine.be(60, 10min, 35), ElementsAre(1));
  EXPECT_THAT(machine.be(60, 10min, 25), ElementsAre(1, 0));
}

struct Change {
  Clock::TimePoint at;
  int from;
  int to;
};

// The changes as temperatures follow one another, each for some looks.
std::vector<Change> changes_with(const std::vector<std::pair<double, int>>& course, Machine& machine) {
  std::vector<Change> changes;
  for (const auto& [celsius, looks] : course) {
    for (int look = 0; look < looks; ++look) {
      const int before = machine.governor.level();
      machine.be(celsius, kBetweenLooks);
      if (machine.governor.level() != before)
        changes.push_back({.at = machine.now, .from = before, .to = machine.governor.level()});
    }
  }
  return changes;
}

rc::Gen<std::vector<std::pair<double, int>>> any_course() {
  return rc::gen::container<std::vector<std::pair<double, int>>>(rc::gen::pair(
      rc::gen::map(rc::gen::inRange(-50, 150), [](int celsius) { return double(celsius); }), rc::gen::inRange(1, 60)));
}

RC_GTEST_PROP(Governor, ItStepsOneLevelAtATimeAndDwells, ()) {
  Machine machine;
  const auto changes = changes_with(*any_course(), machine);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    RC_ASSERT(std::abs(changes[i].to - changes[i].from) == 1);
    if (i == 0) continue;
    const auto dwelt = changes[i].at - changes[i - 1].at;
    RC_ASSERT(dwelt >= (changes[i].to > changes[i].from ? Governor::kUpAfter : Governor::kDownAfter));
  }
}

RC_GTEST_PROP(Governor, ItComesBackToNothingWhenItIsCool, ()) {
  Machine machine;
  (void)changes_with(*any_course(), machine);
  machine.be(80, Governor::kHighest * Governor::kDownAfter + 10s);
  RC_ASSERT(machine.governor.level() == 0);
}

RC_GTEST_PROP(Governor, WhereItIsNeverHotItNeverRises, (const std::vector<std::uint8_t>& course)) {
  Machine machine;
  for (const std::uint8_t celsius : course) {
    machine.be(celsius % 95 - 0.1, 10s);
    RC_ASSERT(machine.governor.level() == 0);
  }
}

}  // namespace
}  // namespace voicestand::service
