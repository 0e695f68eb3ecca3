#include "voicestand/nn/vocabulary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "voicestand/simd/kernels_test_tables.h"

namespace voicestand::nn {
namespace {

constexpr std::size_t kWidth = 52;

struct Table {
  explicit Table(std::size_t tokens, std::uint32_t seed = 1) {
    std::mt19937 random(seed);
    bytes.resize(tokens * kWidth);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    weights = {
        .bytes = bytes.data(), .inputs = kWidth, .outputs = tokens, .scale = 0.002F, .zero = 131, .zero_fraction = 0};
  }
  [[nodiscard]] double score(const float* row, std::size_t token) const {
    double sum = 0;
    for (std::size_t i = 0; i < kWidth; ++i)
      sum += static_cast<double>(row[i]) * (bytes[token * kWidth + i] - 131) * weights.scale;
    return sum;
  }
  std::vector<std::uint8_t> bytes;
  simd::ByteWeights weights{};
};

std::vector<float> random_rows(std::size_t count, float deviation) {
  std::mt19937 random(7);
  std::normal_distribution<float> distribution(0, deviation);
  std::vector<float> rows(count * kWidth);
  for (float& x : rows) x = distribution(random);
  return rows;
}

class VocabularyTest : public testing::TestWithParam<simd::TestedKernels> {
 protected:
  std::vector<Vocabulary::Choice> choose(const Table& table, const std::vector<float>& rows,
                                         std::span<const Token> looked_for = {}) {
    const std::size_t count = rows.size() / kWidth;
    Vocabulary vocabulary(table.weights, count, GetParam().kernels);
    Arena counting;
    vocabulary.place(counting);
    Arena arena(counting.bytes());
    vocabulary.place(arena);
    std::vector<Vocabulary::Choice> choices(count);
    vocabulary.choose(rows.data(), count, choices.data(), looked_for);
    return choices;
  }
};

TEST_P(VocabularyTest, ChoosesAsExactScoresDo) {
  for (const std::size_t tokens : {1U, 2U, 7U, 127U, 128U, 129U, 1023U, 1024U, 1025U, 3000U}) {
    const Table table(tokens);
    for (const float deviation : {1e-3F, 1.0F, 20.0F}) {
      const auto rows = random_rows(9, deviation);
      const auto choices = choose(table, rows);
      for (std::size_t row = 0; row < choices.size(); ++row) {
        std::vector<double> scores(tokens);
        for (std::size_t token = 0; token < tokens; ++token)
          scores[token] = table.score(rows.data() + row * kWidth, token);
        const auto best = std::max_element(scores.begin(), scores.end());
        double sum = 0;
        for (const double score : scores) sum += std::exp(score - *best);
        EXPECT_EQ(choices[row].token, best - scores.begin()) << tokens << " tokens, " << deviation;
        EXPECT_NEAR(choices[row].log_probability, -std::log(sum), 0.02 + 0.02 * deviation);
      }
    }
  }
}

TEST_P(VocabularyTest, OfEqualOnesTheFirstIsChosen) {
  Table table(2048);
  const auto rows = random_rows(1, 1);
  std::size_t best = 0;
  for (std::size_t token = 0; token < 2048; ++token)
    if (table.score(rows.data(), token) > table.score(rows.data(), best)) best = token;
  for (const std::size_t other : {3U, 700U, 1500U}) {
    auto copy = table;
    copy.weights.bytes = copy.bytes.data();
    std::copy_n(copy.bytes.data() + best * kWidth, kWidth, copy.bytes.data() + other * kWidth);
    EXPECT_EQ(choose(copy, rows).front().token, std::min(other, best));
  }
}

TEST_P(VocabularyTest, ARowThatIsNoNumberEnds) {
  const Table table(1500);
  auto rows = random_rows(3, 1);
  std::fill_n(rows.begin() + kWidth, kWidth, std::numeric_limits<float>::quiet_NaN());
  const auto choices = choose(table, rows, std::vector<Token>{3, 4, 5});
  EXPECT_TRUE(choices[1].rivals_found().empty());
  const auto sane = choose(table, random_rows(3, 1));
  EXPECT_EQ(choices[0].token, sane[0].token);
  EXPECT_EQ(choices[1].token, Tokenizer::kEnd);
  EXPECT_EQ(choices[2].token, sane[2].token);
}

TEST_P(VocabularyTest, TellsHowFarBehindTheLikeliestOfThoseAre) {
  const Table table(3000);
  const auto rows = random_rows(9, 5);
  const auto plain = choose(table, rows);
  const std::vector<Token> looked_for{0, 1, 1023, 1024, 1700, 2047, 2048, 2999, 3000, ~Token{0}};
  const auto choices = choose(table, rows, looked_for);
  for (std::size_t row = 0; row < choices.size(); ++row) {
    EXPECT_EQ(choices[row].token, plain[row].token);
    EXPECT_EQ(choices[row].log_probability, plain[row].log_probability);
    EXPECT_TRUE(plain[row].rivals_found().empty());
    const float* const values = rows.data() + row * kWidth;
    std::vector<double> behind;
    for (const Token token : std::span(looked_for).first(8))
      behind.push_back(table.score(values, choices[row].token) - table.score(values, token));
    std::ranges::sort(behind);
    ASSERT_EQ(choices[row].rivals_found().size(), Vocabulary::Choice::kMostRivals);
    for (std::size_t i = 0; i < Vocabulary::Choice::kMostRivals; ++i) {
      const auto& rival = choices[row].rivals[i];
      EXPECT_TRUE(std::ranges::binary_search(looked_for, rival.token));
      EXPECT_NEAR(rival.behind, table.score(values, choices[row].token) - table.score(values, rival.token), 1e-4);
      EXPECT_NEAR(rival.behind, behind[i], 0.2);  // bytes decide which they are
    }
  }
  const std::vector<Token> alone{plain[0].token};
  EXPECT_EQ(choose(table, rows, alone)[0].rivals_found().size(), 1U);
  EXPECT_EQ(choose(table, rows, alone)[0].rivals[0].behind, 0);
}

TEST_P(VocabularyTest, EmbedsATokensRow) {
  const Table table(100);
  const Vocabulary vocabulary(table.weights, 1, GetParam().kernels);
  std::vector<float> row(kWidth);
  vocabulary.embed(99, row.data());
  for (std::size_t i = 0; i < kWidth; ++i)
    EXPECT_FLOAT_EQ(row[i], 0.002F * static_cast<float>(table.bytes[99 * kWidth + i] - 131));
}

INSTANTIATE_TEST_SUITE_P(Isa, VocabularyTest, testing::ValuesIn(simd::tested_kernels()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace voicestand::nn
