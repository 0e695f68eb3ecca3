#include "voicestand/lib/sherpa/runaway.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::sherpa {
namespace {

std::vector<std::string_view> views(const std::vector<std::string>& tokens) {
  return {tokens.begin(), tokens.end()};
}

std::vector<std::string> distinct(const std::string& prefix, std::size_t count) {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < count; ++i) tokens.push_back(prefix + std::to_string(i));
  return tokens;
}

TEST(Runaway, WhatPeopleRepeatIsKept) {
  const std::vector<std::string_view> no(9, " no");
  EXPECT_EQ(without_runaway(no, false), no.size());
  EXPECT_EQ(without_runaway({}, true), 0U);
}

// For every hypothesis without a loop followed by a block said again and again, one round of the block is kept.
TEST(Runaway, ALoopIsCutAfterItsFirstRound) {
  const bool holds = rc::check([] {
    const auto before = distinct("w", *rc::gen::inRange<std::size_t>(0, 60));
    const auto block = distinct("x", *rc::gen::inRange<std::size_t>(1, kMaxLoopTokens + 1));
    const std::size_t least = std::max(kMinRounds, kMinLoopTokens / block.size() + 1);
    const std::size_t rounds = *rc::gen::inRange<std::size_t>(least, least + 20);
    std::vector<std::string> all = before;
    for (std::size_t i = 0; i < rounds; ++i) all.insert(all.end(), block.begin(), block.end());
    RC_ASSERT(without_runaway(views(all), false) == before.size() + block.size());
  });
  EXPECT_TRUE(holds);
}

TEST(Runaway, TextThatNeverRepeatsIsKeptWhole) {
  const bool holds = rc::check([] {
    const auto tokens = distinct("w", *rc::gen::inRange<std::size_t>(0, 400));
    RC_ASSERT(without_runaway(views(tokens), *rc::gen::arbitrary<bool>()) == tokens.size());
  });
  EXPECT_TRUE(holds);
}

TEST(Runaway, AtTheCapTheLastRoundMayBeBrokenOff) {
  std::vector<std::string> all{" So"};
  const auto block = distinct("x", 10);
  for (int i = 0; i < 3; ++i) all.insert(all.end(), block.begin(), block.end());
  all.insert(all.end(), block.begin(), block.begin() + 4);
  EXPECT_EQ(without_runaway(views(all), false), all.size());
  EXPECT_EQ(without_runaway(views(all), true), 11U);
}

}  // namespace
}  // namespace voicestand::sherpa
