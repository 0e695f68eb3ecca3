#include "voicestand/speech/speech_history.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/rt/block_pool.h"

namespace voicestand::speech {
namespace {

constexpr std::size_t kBlock = AudioBlock::kSamples;

std::unique_ptr<rt::BlockPool> pool_of(std::uint32_t blocks) {
  return rt::BlockPool::create({.blocks = {0, blocks, 0}}).value();
}

// Sample p has the value p: whatever is read says where it came from.
void append_counting(SpeechHistory& history, std::size_t count) {
  for (std::size_t done = 0; done < count;) {
    std::vector<float> samples(std::min<std::size_t>(count - done, 512));
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<float>(history.end() + i);
    ASSERT_TRUE(history.make_room(samples.size()));
    history.append(samples);
    done += samples.size();
  }
}

std::vector<float> read(const SpeechHistory& history, std::uint64_t from, std::uint64_t to) {
  std::vector<float> samples;
  while (from < to) {
    const auto stretch = history.stretch(from, to);
    if (stretch.block == nullptr) break;
    const auto part = stretch.block->samples().subspan(stretch.first, stretch.count);
    samples.insert(samples.end(), part.begin(), part.end());
    from += stretch.count;
  }
  return samples;
}

TEST(SpeechHistory, IsEmptyAtFirst) {
  const auto pool = pool_of(2);
  const SpeechHistory history(*pool, 16);
  EXPECT_EQ(history.begin(), 0U);
  EXPECT_EQ(history.end(), 0U);
  EXPECT_EQ(history.stretch(0, 0).block, nullptr);
  EXPECT_EQ(history.stretch(0, 1).block, nullptr);
}

TEST(SpeechHistory, AfterAResetItGoesOnFromTheNewPosition) {
  const auto pool = pool_of(4);
  SpeechHistory history(*pool, 16);
  append_counting(history, 10);
  history.reset(1'000);
  EXPECT_EQ(history.stretch(5, 6).block, nullptr);
  append_counting(history, 20);
  EXPECT_EQ(history.begin(), 1'000U);
  EXPECT_EQ(read(history, 1'010, 1'013), (std::vector<float>{1'010, 1'011, 1'012}));
}

TEST(SpeechHistory, GivesBackWhatIsForgottenAndWhatNobodyElseHolds) {
  const auto pool = pool_of(8);
  {
    SpeechHistory history(*pool, 20 * kBlock);
    append_counting(history, 3 * kBlock);
    EXPECT_EQ(pool->statistics(1).in_use, 3U);
    const auto held = history.stretch(10, 20);
    held.block->hold();
    AudioPiece piece(held.block, held.first, held.count);
    history.forget_before(2 * kBlock + 7);
    EXPECT_EQ(history.begin(), 2 * kBlock);
    EXPECT_EQ(pool->statistics(1).in_use, 2U) << "one is held still";
    EXPECT_EQ(piece.samples()[0], 10.0F);
    piece = AudioPiece();
    EXPECT_EQ(pool->statistics(1).in_use, 1U);
  }
  EXPECT_EQ(pool->statistics(1).in_use, 0U);
}

TEST(SpeechHistory, LosesNothingWhenThePoolHasRunOut) {
  const auto pool = pool_of(1);
  SpeechHistory history(*pool, 20 * kBlock);
  append_counting(history, 5 * kBlock);
  EXPECT_EQ(pool->statistics(1).exhausted, 4U);
  const auto samples = read(history, 0, 5 * kBlock);
  ASSERT_EQ(samples.size(), 5 * kBlock);
  EXPECT_EQ(samples[4 * kBlock + 1], static_cast<float>(4 * kBlock + 1));
}

TEST(SpeechHistoryLaws, ItHoldsTheLastSamplesAndGivesExactlyThem) {
  EXPECT_TRUE(rc::check([] {
    const auto pool = pool_of(16);
    const auto kept = *rc::gen::inRange<std::size_t>(0, 4 * kBlock);
    SpeechHistory history(*pool, kept);
    for (const auto count :
         *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 2 * kBlock))) {
      const std::uint64_t before = history.end();
      append_counting(history, count);
      RC_ASSERT(history.end() == before + count);
    }
    RC_ASSERT(history.end() - history.begin() >= std::min<std::uint64_t>(history.end(), kept));

    const auto from = *rc::gen::inRange<std::uint64_t>(0, history.end() + 20);
    const auto to = *rc::gen::inRange<std::uint64_t>(from, history.end() + 21);
    const auto samples = read(history, from, to);
    if (from < history.begin() || to > history.end()) {
      RC_ASSERT(samples.empty());
    } else {
      RC_ASSERT(samples.size() == to - from);
      for (std::size_t i = 0; i < samples.size(); ++i) RC_ASSERT(samples[i] == static_cast<float>(from + i));
    }
  }));
}

}  // namespace
}  // namespace voicestand::speech
