#include "voicestand/rt/team.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::rt {
namespace {

TEST(Team, NothingIsDoneWhereThereIsNothing) {
  const auto team = Team::create(nullptr).value();
  team->share(0, [](std::size_t, std::size_t) { FAIL(); });
}

RC_GTEST_PROP(TeamTest, EveryPartIsDoneOnceBeforeTheTaskReturns, ()) {
  const auto tasks = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 40));
  const auto team = Team::create(nullptr).value();
  for (const std::size_t parts : tasks) {
    std::vector<int> done(parts);  // no atomics: what parts write must be seen without
    team->share(parts, [&](std::size_t part, std::size_t) { ++done[part]; });
    RC_ASSERT(std::ranges::count(done, 1) == static_cast<std::ptrdiff_t>(parts));
  }
}

TEST(Team, EachMemberDoesOnePartAtATime) {
  const auto team = Team::create(nullptr).value();
  std::array<std::atomic<int>, Team::kMembers> at_work{};
  std::atomic<bool> alone{true};
  for (int task = 0; task < 500; ++task) {
    team->share(16, [&](std::size_t, std::size_t member) {
      if (at_work[member].fetch_add(1) != 0) alone = false;
      at_work[member].fetch_sub(1);
    });
  }
  EXPECT_TRUE(alone);
}

// The first part waits for the second, which only another thread can do meanwhile.
TEST(Team, TheHelperHelps) {
  std::atomic<bool> prepared{false};
  const auto team = Team::create([&] { prepared = true; }).value();
  std::atomic<int> begun{0};
  team->share(2, [&](std::size_t, std::size_t) {
    begun.fetch_add(1);
    begun.notify_all();
    for (int seen = begun; seen < 2; seen = begun) begun.wait(seen);
  });
  EXPECT_EQ(begun, 2);
  EXPECT_TRUE(prepared);
}

TEST(Team, NobodyWaitsForAHelperThatHasNoTime) {
  std::atomic<bool> may_begin{false};
  const auto team = Team::create([&] { may_begin.wait(false); }).value();
  std::vector<std::size_t> members;
  team->share(50, [&](std::size_t, std::size_t member) { members.push_back(member); });
  EXPECT_EQ(members, std::vector<std::size_t>(50, 0));
  may_begin = true;
  may_begin.notify_all();
}

// What one task's parts write, the next one's read, whoever does them.
TEST(Team, TasksFollowEachOther) {
  const auto team = Team::create(nullptr).value();
  std::vector<long> values(64, 1);
  for (int task = 0; task < 200; ++task)
    team->share(values.size() / 2, [&](std::size_t part, std::size_t) {
      values[(task % 2 == 0 ? 0 : values.size() / 2) + part] =
          values[(task % 2 == 0 ? values.size() / 2 : 0) + part] + 1;
    });
  EXPECT_EQ(values, [] {
    std::vector<long> expected(64, 200);
    std::fill_n(expected.begin() + 32, 32, 201);
    return expected;
  }());
}

}  // namespace
}  // namespace voicestand::rt
