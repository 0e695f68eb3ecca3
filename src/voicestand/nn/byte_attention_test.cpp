#include "voicestand/nn/byte_attention.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "voicestand/simd/kernels_test_tables.h"

namespace voicestand::nn {
namespace {

constexpr std::size_t kHeads = 3;
constexpr std::size_t kHeadWidth = 20;
constexpr std::size_t kWidth = kHeads * kHeadWidth;

std::vector<float> random_rows(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> distribution(0.2F, 1.0F);
  std::vector<float> rows(count * kWidth);
  for (float& x : rows) x = distribution(random);
  return rows;
}

// All in double: what is found, and the heads' mean weights.
struct Found {
  std::vector<double> values;
  std::vector<double> weights;
};
Found expected(const std::vector<float>& queries, const std::vector<float>& keys, const std::vector<float>& values) {
  const std::size_t rows = queries.size() / kWidth;
  const std::size_t frames = keys.size() / kWidth;
  Found found{.values = std::vector<double>(queries.size()), .weights = std::vector<double>(rows * frames)};
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t head = 0; head < kHeads; ++head) {
      std::vector<double> weights(frames);
      double sum = 0;
      for (std::size_t frame = 0; frame < frames; ++frame) {
        double score = 0;
        for (std::size_t i = head * kHeadWidth; i < (head + 1) * kHeadWidth; ++i)
          score += static_cast<double>(queries[row * kWidth + i]) * static_cast<double>(keys[frame * kWidth + i]);
        weights[frame] = std::exp(score / std::sqrt(static_cast<double>(kHeadWidth)));
        sum += weights[frame];
      }
      for (std::size_t frame = 0; frame < frames; ++frame) {
        found.weights[row * frames + frame] += weights[frame] / sum / kHeads;
        for (std::size_t i = head * kHeadWidth; i < (head + 1) * kHeadWidth; ++i)
          found.values[row * kWidth + i] += weights[frame] / sum * static_cast<double>(values[frame * kWidth + i]);
      }
    }
  }
  return found;
}

class ByteAttentionTest : public testing::TestWithParam<simd::TestedKernels> {
 protected:
  static constexpr std::size_t kMostFrames = 200;
  static constexpr std::size_t kMostRows = 10;

  ByteAttentionTest()
      : attention_({.heads = kHeads, .head_width = kHeadWidth, .most_frames = kMostFrames, .most_rows = kMostRows},
                   GetParam().kernels) {
    Arena counting;
    lay_out(counting);
    arena_ = Arena(counting.bytes());
    lay_out(arena_);
  }
  void lay_out(Arena& arena) {
    attention_.place(arena);
    memory_ = attention_.place_memory(arena);
  }
  void keep(const std::vector<float>& keys, const std::vector<float>& values) {
    for (std::size_t head = 0; head < kHeads; ++head) {
      attention_.keep_keys(keys.data(), keys.size() / kWidth, head, memory_);
      attention_.keep_values(values.data(), values.size() / kWidth, head, memory_);
    }
  }

  ByteAttention attention_;
  Arena arena_;
  ByteMemory memory_{};
};

TEST_P(ByteAttentionTest, FindsWhatExactAttentionDoes) {
  for (const std::size_t frames : {1U, 2U, 15U, 64U, 131U, 200U}) {
    for (const std::size_t rows : {1U, 3U, 10U}) {
      const auto queries = random_rows(rows, 1);
      const auto keys = random_rows(frames, 2);
      const auto values = random_rows(frames, 3);
      const Found right = expected(queries, keys, values);
      keep(keys, values);
      std::vector<float> out(queries.size());
      std::vector<float> weights(rows * frames, 0.5F);
      attention_.attend(memory_, {.rows = queries.data(),
                                  .count = rows,
                                  .frames = frames,
                                  .out = out.data(),
                                  .weights = weights.data(),
                                  .share = 0.5F});
      for (std::size_t i = 0; i < out.size(); ++i) EXPECT_NEAR(out[i], right.values[i], 0.05) << frames;
      for (std::size_t i = 0; i < weights.size(); ++i)
        EXPECT_NEAR(weights[i], 0.5 + 0.5 * right.weights[i], 0.001 + 0.03 * right.weights[i]) << frames;
    }
  }
}

TEST_P(ByteAttentionTest, ARowIsTheSameAloneAndInPlace) {
  const auto queries = random_rows(7, 4);
  keep(random_rows(90, 5), random_rows(90, 6));
  auto together = queries;
  attention_.attend(
      memory_,
      {.rows = together.data(), .count = 7, .frames = 90, .out = together.data(), .weights = nullptr, .share = 0});
  std::vector<float> alone(queries.size());
  for (std::size_t row = 0; row < 7; ++row) {
    attention_.attend(memory_, {.rows = queries.data() + row * kWidth,
                                .count = 1,
                                .frames = 90,
                                .out = alone.data() + row * kWidth,
                                .weights = nullptr,
                                .share = 0});
  }
  EXPECT_EQ(alone, together);
}

INSTANTIATE_TEST_SUITE_P(Isa, ByteAttentionTest, testing::ValuesIn(simd::tested_kernels()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace voicestand::nn
