#include "voicestand/nn/token_alignment.h"

#include <algorithm>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "voicestand/rt/allocation_counter.h"
#include "voicestand/rt/realtime_thread.h"

namespace voicestand::nn {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr TokenAlignment::Limits kLimits{.frames = 60, .tokens = 20};

// What each token paid to each frame, and what the frames sound like.
struct Heard {
  std::size_t frames;
  std::vector<Voicing> tokens;
  std::vector<float> attention = std::vector<float>(tokens.size() * frames, 0.0F);
  std::vector<float> voice = std::vector<float>(frames, 0.0F);

  void pay(std::size_t token, const Stretch& stretch) {
    for (std::size_t frame = stretch.begin; frame < stretch.end; ++frame)
      attention[token * frames + frame] = 1.0F / static_cast<float>(stretch.end - stretch.begin);
  }
  void sound(const Stretch& stretch, float value) {
    for (std::size_t frame = stretch.begin; frame < stretch.end; ++frame) voice[frame] = value;
  }
  [[nodiscard]] TokenAlignment::Evidence evidence() const {
    return {.attention = attention, .voice = voice, .tokens = tokens};
  }
};

std::vector<Stretch> aligned(const Heard& heard) {
  TokenAlignment alignment(kLimits);
  const auto stretches = alignment.align(heard.evidence());
  return {stretches.begin(), stretches.end()};
}

TEST(TokenAlignment, FollowsTheAttention) {
  Heard heard{.frames = 12, .tokens = std::vector(3, Voicing::kSpoken)};
  heard.pay(0, {0, 4});
  heard.pay(1, {4, 5});
  heard.pay(2, {5, 12});
  EXPECT_THAT(aligned(heard), ElementsAre(Stretch{0, 4}, Stretch{4, 5}, Stretch{5, 12}));
}

TEST(TokenAlignment, FramesThatNobodyAttendsToStayFree) {
  Heard heard{.frames = 20, .tokens = std::vector(2, Voicing::kSpoken)};
  heard.pay(0, {3, 6});
  heard.pay(1, {12, 16});
  EXPECT_THAT(aligned(heard), ElementsAre(Stretch{3, 6}, Stretch{12, 16}));
}

TEST(TokenAlignment, KeepsTheOrderAgainstTheAttention) {
  Heard heard{.frames = 6, .tokens = std::vector(2, Voicing::kSpoken)};
  heard.pay(0, {5, 6});
  heard.pay(1, {0, 1});
  const auto stretches = aligned(heard);
  ASSERT_EQ(stretches.size(), 2U);
  EXPECT_LE(stretches[0].end, stretches[1].begin);
}

// A word's attention reaches into the silence before it, a full stop's into the word.
TEST(TokenAlignment, VoiceDecidesWhereAttentionBlurs) {
  Heard heard{.frames = 30, .tokens = {Voicing::kSpoken, Voicing::kUnspoken, Voicing::kSpoken}};
  heard.pay(0, {2, 12});
  heard.pay(1, {8, 20});
  heard.pay(2, {15, 28});
  heard.sound({0, 30}, -1);
  heard.sound({2, 10}, 1);
  heard.sound({20, 28}, 1);
  const auto stretches = aligned(heard);
  ASSERT_EQ(stretches.size(), 3U);
  EXPECT_EQ(stretches[0], (Stretch{2, 10}));
  EXPECT_EQ(stretches[2], (Stretch{20, 28}));
}

TEST(TokenAlignment, NothingWithoutAFrameForEachToken) {
  EXPECT_THAT(aligned({.frames = 5, .tokens = {}}), IsEmpty());
  EXPECT_THAT(aligned({.frames = 4, .tokens = std::vector(5, Voicing::kSpoken)}), IsEmpty());
  EXPECT_EQ(aligned({.frames = 5, .tokens = std::vector(5, Voicing::kSpoken)}).size(), 5U);
  EXPECT_THAT(aligned({.frames = 61, .tokens = std::vector(5, Voicing::kSpoken)}), IsEmpty());
  EXPECT_THAT(aligned({.frames = 60, .tokens = std::vector(21, Voicing::kSpoken)}), IsEmpty());
}

TEST(TokenAlignment, AllocatesNothing) {
  if (!rt::realtime_allocations()) GTEST_SKIP() << "a sanitizer owns the heap";
  const Heard heard{.frames = 60, .tokens = std::vector(20, Voicing::kSpoken)};
  TokenAlignment alignment(kLimits);
  const auto before = *rt::realtime_allocations();
  {
    const rt::RealtimeScope scope;
    ASSERT_EQ(alignment.align(heard.evidence()).size(), 20U);
  }
  EXPECT_EQ(*rt::realtime_allocations(), before);
}

Heard any_heard() {
  const auto frames = *rc::gen::inRange<std::size_t>(1, kLimits.frames + 1);
  const auto tokens = *rc::gen::inRange<std::size_t>(1, std::min(frames, kLimits.tokens) + 1);
  Heard heard{.frames = frames, .tokens = std::vector(tokens, Voicing::kSpoken)};
  for (Voicing& token : heard.tokens) token = *rc::gen::element(Voicing::kSpoken, Voicing::kUnspoken);
  const auto number = rc::gen::map(rc::gen::inRange(-20, 1'000), [](int value) {
    if (value == -20) return std::numeric_limits<float>::quiet_NaN();
    if (value == -19) return std::numeric_limits<float>::infinity();
    return static_cast<float>(value) / 1'000.0F;
  });
  for (float& attention : heard.attention) attention = *number;
  for (float& voice : heard.voice) voice = *number * *rc::gen::element(-1.0F, 1.0F);
  return heard;
}

// Whatever the evidence, numbers or not.
RC_GTEST_PROP(TokenAlignment, EachTokenHasAStretchInOrder, ()) {
  const Heard heard = any_heard();
  const auto stretches = aligned(heard);
  RC_ASSERT(stretches.size() == heard.tokens.size());
  std::size_t end = 0;
  for (const Stretch& stretch : stretches) {
    RC_ASSERT(stretch.begin >= end);
    RC_ASSERT(stretch.begin < stretch.end);
    end = stretch.end;
  }
  RC_ASSERT(end <= heard.frames);
}

// What was aligned before leaves no trace.
RC_GTEST_PROP(TokenAlignment, SaysTheSameAgain, ()) {
  const Heard first = any_heard();
  const Heard second = any_heard();
  TokenAlignment alignment(kLimits);
  (void)alignment.align(first.evidence());
  const auto again = alignment.align(second.evidence());
  RC_ASSERT(std::vector<Stretch>(again.begin(), again.end()) == aligned(second));
}

// Tokens that attend to stretches of their own get those and nothing else.
RC_GTEST_PROP(TokenAlignment, FindsStretchesThatAreClear, ()) {
  Heard heard{.frames = kLimits.frames, .tokens = std::vector(5, Voicing::kSpoken)};
  std::vector<Stretch> said;
  std::size_t at = 0;
  for (std::size_t token = 0; token < heard.tokens.size(); ++token) {
    at += *rc::gen::inRange<std::size_t>(0, 5);
    const auto length = *rc::gen::inRange<std::size_t>(1, 7);
    said.push_back({.begin = at, .end = at + length});
    heard.pay(token, said.back());
    at += length;
  }
  RC_ASSERT(aligned(heard) == said);
}

}  // namespace
}  // namespace voicestand::nn
