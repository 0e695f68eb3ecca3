#include "voicestand/speech/frame_voice.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::speech {
namespace {

constexpr nn::FrameTiming kTiming{.first = 30, .samples = 100};

// Frame by frame a square wave of that many decibels below full scale.
std::vector<float> samples(const std::vector<float>& decibels) {
  std::vector<float> samples(kTiming.first);
  for (const float value : decibels) {
    for (std::size_t i = 0; i < kTiming.samples; ++i)
      samples.push_back((i % 2 == 0 ? 1.0F : -1.0F) * std::pow(10.0F, -value / 20));
  }
  return samples;
}

std::vector<float> voice(std::span<const float> samples, std::size_t frames) {
  FrameVoice voice(100, kTiming);
  voice.hear(samples, frames);
  return {voice.voice().begin(), voice.voice().end()};
}

TEST(FrameVoice, LoudFramesAreVoice) {
  std::vector<float> decibels(20, 60);
  for (const std::size_t loud : {3U, 4U, 5U, 10U, 11U}) decibels[loud] = 20;
  const auto found = voice(samples(decibels), 20);
  for (std::size_t frame = 0; frame < 20; ++frame) EXPECT_EQ(found[frame], decibels[frame] == 20 ? 1 : -1) << frame;
}

TEST(FrameVoice, WhatHardlyVariesSaysNothing) {
  for (const float value : voice(samples(std::vector<float>(20, 30)), 20)) EXPECT_NEAR(value, 0, 1e-3);
}

TEST(FrameVoice, AWordLosesItsPausesOnly) {
  FrameVoice voice(100, kTiming);
  voice.hear(samples({60, 41, 39, 20, 60, 60, 22, 44, 46, 60}), 10);
  EXPECT_EQ(voice.without_pauses({.begin = 0, .end = 10}), (nn::Stretch{2, 8}));
  EXPECT_EQ(voice.without_pauses({.begin = 4, .end = 6}), (nn::Stretch{4, 6}));
  EXPECT_EQ(voice.without_pauses({.begin = 3, .end = 4}), (nn::Stretch{3, 4}));
}

RC_GTEST_PROP(FrameVoice, StaysInItsBounds, ()) {
  const auto wild = *rc::gen::container<std::vector<float>>(
      rc::gen::oneOf(rc::gen::arbitrary<float>(), rc::gen::just(std::numeric_limits<float>::quiet_NaN())));
  const auto frames = *rc::gen::inRange<std::size_t>(0, 120);
  const auto found = voice(wild, frames);
  RC_ASSERT(found.size() == std::min<std::size_t>(frames, 100));
  for (const float value : found) RC_ASSERT(value >= -1 && value <= 1);
}

}  // namespace
}  // namespace voicestand::speech
