#include "voicestand/speech/audio_block.h"

#include <utility>

#include <gtest/gtest.h>

#include "voicestand/rt/block_pool.h"

namespace voicestand::speech {
namespace {

std::unique_ptr<rt::BlockPool> pool_of(std::uint32_t blocks) {
  return rt::BlockPool::create({.blocks = {0, blocks, 0}}).value();
}

TEST(AudioBlock, GoesBackToThePoolWithItsLastHolder) {
  const auto pool = pool_of(1);
  AudioBlock* const block = AudioBlock::create(*pool);
  ASSERT_NE(block, nullptr);
  block->hold();
  block->release();
  EXPECT_EQ(pool->statistics(1).in_use, 1U);
  block->release();
  EXPECT_EQ(pool->statistics(1).in_use, 0U);
}

TEST(AudioBlock, ComesFromTheHeapWhenThePoolHasRunOut) {
  const auto pool = pool_of(0);
  AudioBlock* const block = AudioBlock::create(*pool);
  ASSERT_NE(block, nullptr);
  block->samples()[AudioBlock::kSamples - 1] = 1;
  block->release();
  EXPECT_EQ(pool->statistics(1).exhausted, 1U);
}

TEST(AudioPiece, AbsorbsWhatFollowsInTheSameBlock) {
  const auto pool = pool_of(2);
  AudioBlock* const block = AudioBlock::create(*pool);
  AudioBlock* const other = AudioBlock::create(*pool);
  block->samples()[5] = 5;
  block->hold();
  block->hold();
  AudioPiece piece(block, 2, 3);
  AudioPiece next(block, 5, 2);
  AudioPiece apart(block, 8, 1);
  AudioPiece elsewhere(other, 7, 1);
  EXPECT_TRUE(piece.absorb(next));
  EXPECT_EQ(piece.size(), 5U);
  EXPECT_EQ(piece.samples()[3], 5.0F);
  EXPECT_TRUE(next.samples().empty());
  EXPECT_FALSE(piece.absorb(apart));
  EXPECT_FALSE(piece.absorb(elsewhere));
  piece.shorten(1);
  EXPECT_EQ(piece.samples().size(), 1U);
  const AudioPiece moved = std::move(piece);
  EXPECT_EQ(moved.size(), 1U);
}

}  // namespace
}  // namespace voicestand::speech
