#include "voicestand/nn/moonshine_decoder.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "voicestand/nn/moonshine_model.h"
#include "voicestand/nn/moonshine_test_golden.h"
#include "voicestand/nn/moonshine_test_network.h"
#include "voicestand/rt/allocation_counter.h"
#include "voicestand/rt/realtime_thread.h"
#include "voicestand/simd/kernels_test_tables.h"

namespace voicestand::nn {
namespace {

constexpr const char* kGolden = VOICESTAND_SOURCE_DIR "/tests/data/moonshine_golden.txt";
const std::atomic<bool> kGoOn{false};
const std::atomic<bool> kStop{true};

struct Said {
  std::vector<Token> tokens;
  std::vector<float> log_probabilities;
  std::vector<float> attention;
  bool operator==(const Said&) const = default;
};

Said decode(MoonshineDecoder& decoder, std::span<const Token> draft, std::size_t most,
            const TokenTrie* listed = nullptr, std::span<const Token> begun = {}) {
  const auto tokens = decoder.decode(draft, most, kGoOn, listed, begun);
  Said said;
  if (!tokens) return said;
  said.tokens.assign(tokens->begin(), tokens->end());
  for (std::size_t i = 0; i < tokens->size(); ++i) {
    said.log_probabilities.push_back(decoder.log_probability(i));
    said.attention.insert(said.attention.end(), decoder.attention(i).begin(), decoder.attention(i).end());
  }
  return said;
}

class MoonshineDecoderTest : public testing::TestWithParam<simd::TestedKernels> {
 protected:
  static constexpr MoonshineDecoder::Limits kLimits{.frames = 60, .tokens = 80};

  MoonshineDecoderTest() : decoder_(MoonshineDecoder::create(network_.decoder, kLimits, GetParam().kernels).value()) {}

  Frames frames(std::size_t count, std::uint32_t seed = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<float> distribution;
    values_.resize(count * TestNetwork::kWidth);
    for (float& value : values_) value = distribution(random);
    return {.values = values_, .width = TestNetwork::kWidth};
  }

  TestNetwork network_{3};
  MoonshineDecoder decoder_;
  std::vector<float> values_;
};

TEST_P(MoonshineDecoderTest, RefusesLimitsThatMakeNoSense) {
  for (const MoonshineDecoder::Limits limits : {MoonshineDecoder::Limits{.frames = 0, .tokens = 5},
                                                {.frames = 5, .tokens = 0},
                                                {.frames = 4'097, .tokens = 5},
                                                {.frames = 5, .tokens = SIZE_MAX}}) {
    const auto decoder = MoonshineDecoder::create(network_.decoder, limits, GetParam().kernels);
    ASSERT_FALSE(decoder);
    EXPECT_EQ(decoder.error().code, Errc::kUsage);
  }
}

TEST_P(MoonshineDecoderTest, SaysNothingBeforeItHasHeard) {
  EXPECT_TRUE(decoder_.decode({}, 10, kGoOn).value().empty());
  ASSERT_TRUE(decoder_.attend_to(frames(0), kGoOn));
  EXPECT_TRUE(decoder_.decode({}, 10, kGoOn).value().empty());
}

TEST_P(MoonshineDecoderTest, SaysNoMoreThanItMay) {
  ASSERT_TRUE(decoder_.attend_to(frames(40), kGoOn));
  const Said all = decode(decoder_, {}, 80);
  ASSERT_GT(all.tokens.size(), 20U);
  for (const std::size_t most : {0U, 1U, 2U, 19U}) {
    const Said some = decode(decoder_, {}, most);
    EXPECT_EQ(some.tokens, std::vector<Token>(all.tokens.begin(), all.tokens.begin() + static_cast<long>(most)));
    EXPECT_EQ(decode(decoder_, all.tokens, most), some);
  }
  EXPECT_EQ(decode(decoder_, {}, 1'000'000), all);
}

TEST_P(MoonshineDecoderTest, FramesPastItsLimitAreLeftOut) {
  ASSERT_TRUE(decoder_.attend_to(frames(60), kGoOn));
  const Said all = decode(decoder_, {}, 80);
  const std::vector<float> first = values_;
  Frames more = frames(100);
  std::copy(first.begin(), first.end(), values_.begin());
  ASSERT_TRUE(decoder_.attend_to(more, kGoOn));
  EXPECT_EQ(decode(decoder_, {}, 80), all);
}

TEST_P(MoonshineDecoderTest, AttentionIsSharedOut) {
  ASSERT_TRUE(decoder_.attend_to(frames(40), kGoOn));
  ASSERT_FALSE(decode(decoder_, {}, 80).tokens.empty());
  for (std::size_t i = 0; i < 5; ++i) {
    const auto attention = decoder_.attention(i);
    ASSERT_EQ(attention.size(), 40U);
    EXPECT_NEAR(std::accumulate(attention.begin(), attention.end(), 0.0), 1, 0.01);
    EXPECT_LE(decoder_.log_probability(i), 0);
  }
}

// Everything that a draft of the text may be.
std::vector<Token> any_draft(std::vector<Token> right) {
  const auto garbage = *rc::gen::container<std::vector<Token>>(rc::gen::weightedOneOf<Token>(
      {{9, rc::gen::inRange<Token>(0, TestNetwork::kVocabulary)}, {1, rc::gen::arbitrary<Token>()}}));
  const auto anywhere = [&] {
    return static_cast<std::ptrdiff_t>(*rc::gen::inRange<std::size_t>(0, right.size() + 1));
  };
  switch (*rc::gen::inRange(0, 7)) {
    case 0:  // all of it
      return right;
    case 1:  // its beginning
      right.resize(*rc::gen::inRange<std::size_t>(0, right.size() + 1));
      return right;
    case 2:  // one token changed
      if (!right.empty()) right[*rc::gen::inRange<std::size_t>(0, right.size())] = *rc::gen::inRange<Token>(0, 1'600);
      return right;
    case 3: {  // something left out
      const auto [from, to] = std::minmax({anywhere(), anywhere()});
      right.erase(right.begin() + from, right.begin() + to);
      return right;
    }
    case 4:  // something put in
      right.insert(right.begin() + anywhere(), garbage.begin(), garbage.end());
      return right;
    case 5:  // too long
      right.insert(right.end(), garbage.begin(), garbage.end());
      right.insert(right.end(), 100, 7);
      return right;
    default:
      return garbage;
  }
}

// Pieces of the text that is said without a list, with tokens changed, so that some are likely and some are not.
std::vector<TokenTrie::Spelling> any_spellings(const std::vector<Token>& said) {
  std::vector<TokenTrie::Spelling> spellings(*rc::gen::inRange<std::size_t>(1, 30));
  for (auto& spelling : spellings) {
    const auto length = *rc::gen::inRange<std::size_t>(1, 6);
    const auto first = *rc::gen::inRange<std::size_t>(0, said.size() + 1);
    for (std::size_t i = first; i < std::min(first + length, said.size()); ++i) spelling.tokens.push_back(said[i]);
    if (*rc::gen::arbitrary<bool>() || spelling.tokens.empty())
      spelling.tokens.push_back(*rc::gen::inRange<Token>(3, TestNetwork::kVocabulary));
    spelling.strength = static_cast<float>(*rc::gen::inRange(0, 12));
  }
  return spellings;
}

TEST_P(MoonshineDecoderTest, ADraftChangesNothing) {
  const auto property = [&] {
    const auto count = *rc::gen::inRange<std::size_t>(1, kLimits.frames + 1);
    const auto most = *rc::gen::inRange<std::size_t>(1, kLimits.tokens + 1);
    RC_ASSERT(decoder_.attend_to(frames(count, *rc::gen::inRange<std::uint32_t>(0, 1'000)), kGoOn));
    const Said right = decode(decoder_, {}, most);
    RC_ASSERT(decode(decoder_, any_draft(right.tokens), most) == right);
  };
  EXPECT_TRUE(rc::check(property));
}

TEST_P(MoonshineDecoderTest, GoesOnWithATextThatHasBegun) {
  const auto property = [&] {
    const auto count = *rc::gen::inRange<std::size_t>(1, kLimits.frames + 1);
    const auto most = *rc::gen::inRange<std::size_t>(1, kLimits.tokens + 1);
    RC_ASSERT(decoder_.attend_to(frames(count, *rc::gen::inRange<std::uint32_t>(0, 1'000)), kGoOn));
    const Said plain = decode(decoder_, {}, most);
    const std::vector<Token> begun(
        plain.tokens.begin(),
        plain.tokens.begin() + static_cast<long>(*rc::gen::inRange<std::size_t>(0, plain.tokens.size() + 1)));
    const Said right = decode(decoder_, {}, most, nullptr, begun);
    RC_ASSERT(right.tokens == plain.tokens);
    for (std::size_t i = 0; i < right.tokens.size(); ++i)
      RC_ASSERT(right.log_probabilities[i] == (i < begun.size() ? 0 : plain.log_probabilities[i]));
    RC_ASSERT(right.attention == plain.attention);
    const std::vector<Token> rest(plain.tokens.begin() + static_cast<long>(begun.size()), plain.tokens.end());
    RC_ASSERT(decode(decoder_, any_draft(rest), most, nullptr, begun) == right);
  };
  EXPECT_TRUE(rc::check(property));
}

TEST_P(MoonshineDecoderTest, SaysWhatHasBegunWhetherItLikesItOrNot) {
  ASSERT_TRUE(decoder_.attend_to(frames(40), kGoOn));
  const Said plain = decode(decoder_, {}, 80);
  ASSERT_GT(plain.tokens.size(), 40U);
  std::vector<Token> begun(plain.tokens.begin(), plain.tokens.begin() + 35);  // more than goes through at once
  for (const std::size_t at : {0U, 20U, 34U}) begun[at] = begun[at] == 7 ? 8 : 7;
  const Said said = decode(decoder_, plain.tokens, 80, nullptr, begun);
  ASSERT_GE(said.tokens.size(), begun.size());
  EXPECT_TRUE(std::equal(begun.begin(), begun.end(), said.tokens.begin()));
  EXPECT_EQ(decode(decoder_, {}, 80, nullptr, begun), said);
}

TEST_P(MoonshineDecoderTest, NorDoesItWithAList) {
  if (std::string_view(GetParam().name).ends_with("_emulated"))
    GTEST_SKIP() << "takes twenty times as long; the same kernels run ADraftChangesNothing";
  std::size_t changed = 0;
  const auto property = [&] {
    const auto count = *rc::gen::inRange<std::size_t>(1, kLimits.frames + 1);
    const auto most = *rc::gen::inRange<std::size_t>(1, kLimits.tokens + 1);
    RC_ASSERT(decoder_.attend_to(frames(count, *rc::gen::inRange<std::uint32_t>(0, 1'000)), kGoOn));
    const Said plain = decode(decoder_, {}, most);
    const TokenTrie listed(any_spellings(plain.tokens));
    const Said right = decode(decoder_, {}, most, &listed);
    if (right != plain) ++changed;
    RC_ASSERT(decode(decoder_, any_draft(right.tokens), most, &listed) == right);
    RC_ASSERT(decode(decoder_, any_draft(plain.tokens), most, &listed) == right);
    // What is not said for want of room does not tell on what is; what is repeated over and over may be cut short.
    const Said all = decode(decoder_, {}, kLimits.tokens, &listed);
    const auto common = static_cast<long>(std::min(right.tokens.size(), all.tokens.size()));
    RC_ASSERT(std::equal(right.tokens.begin(), right.tokens.begin() + common, all.tokens.begin()));
    RC_ASSERT(decode(decoder_, {}, most) == plain);
  };
  EXPECT_TRUE(rc::check(property));
  EXPECT_GT(changed, 10U);
}

TEST_P(MoonshineDecoderTest, AListedWordIsSaidUpToItsStrength) {
  ASSERT_TRUE(decoder_.attend_to(frames(40), kGoOn));
  const Said plain = decode(decoder_, {}, 80);
  const std::vector<Token> word{700, 800, 900};
  const auto said = [&](float strength) {
    const TokenTrie listed({{.tokens = word, .strength = strength}});
    return decode(decoder_, {}, 80, &listed);
  };
  EXPECT_EQ(said(0), plain) << "what the network likes best is not behind";
  const Said forced = said(1'000);
  ASSERT_GE(forced.tokens.size(), 3U);
  EXPECT_TRUE(std::equal(word.begin(), word.end(), forced.tokens.begin()));
  for (const float probability : forced.log_probabilities) EXPECT_LE(probability, 0);
  EXPECT_LT(forced.log_probabilities[0], plain.log_probabilities[0]) << "the network's own";
  // Somewhere between 0 and 1000 it begins to be said: as far behind as it is.
  float low = 0;
  float high = 1'000;
  while (high - low > 0.01F) (said((low + high) / 2) == plain ? low : high) = (low + high) / 2;
  const auto tokens = said(high).tokens;
  EXPECT_FALSE(std::ranges::search(tokens, word).empty());
}

TEST_P(MoonshineDecoderTest, WhatBreaksOffIsTakenBack) {
  ASSERT_TRUE(decoder_.attend_to(frames(40), kGoOn));
  const Said plain = decode(decoder_, {}, 80);
  ASSERT_GT(plain.tokens.size(), 20U);
  // Beginnings of what is said that go on otherwise.
  std::vector<TokenTrie::Spelling> spellings;
  for (std::size_t first = 0; first < 16; ++first) {
    std::vector<Token> tokens(plain.tokens.begin() + static_cast<long>(first),
                              plain.tokens.begin() + static_cast<long>(first) + 3);
    tokens.push_back(tokens.front() == 5 ? 6 : 5);
    spellings.push_back({.tokens = tokens, .strength = 0});
  }
  const TokenTrie listed(spellings);
  EXPECT_EQ(decode(decoder_, {}, 80, &listed), plain);
  EXPECT_EQ(decode(decoder_, plain.tokens, 80, &listed), plain);
}

TEST_P(MoonshineDecoderTest, StopsWhenToldAndGoesOnAfterwards) {
  EXPECT_FALSE(decoder_.attend_to(frames(40), kStop));
  EXPECT_TRUE(decoder_.decode({}, 10, kGoOn).value().empty());
  ASSERT_TRUE(decoder_.attend_to(frames(40), kGoOn));
  const Said right = decode(decoder_, {}, 80);
  EXPECT_FALSE(decoder_.decode({}, 10, kStop));
  const TokenTrie listed({{.tokens = {5, 6}, .strength = 1'000}});
  EXPECT_FALSE(decoder_.decode({}, 10, kStop, &listed));
  EXPECT_EQ(decode(decoder_, {}, 80), right);
}

TEST_P(MoonshineDecoderTest, AHelperChangesNothing) {
  const auto team = rt::Team::create(nullptr).value();
  auto helped = MoonshineDecoder::create(network_.decoder, kLimits, GetParam().kernels, team.get()).value();
  for (const std::size_t count : {0U, 1U, 33U, 60U}) {
    ASSERT_TRUE(decoder_.attend_to(frames(count, 7), kGoOn));
    const Said right = decode(decoder_, {}, 80);
    for (int i = 0; i < 5; ++i) {
      ASSERT_TRUE(helped.attend_to(frames(count, 7), kGoOn));
      EXPECT_EQ(decode(helped, {}, 80), right) << count;
    }
  }
  EXPECT_FALSE(helped.attend_to(frames(40), kStop));
}

TEST_P(MoonshineDecoderTest, WhatIsNoNumberDoesNoHarm) {
  for (const float odd : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1e30F}) {
    Frames bad = frames(40);
    values_[100] = odd;
    ASSERT_TRUE(decoder_.attend_to(bad, kGoOn));
    EXPECT_LE(decode(decoder_, {}, 80).tokens.size(), 80U);
    std::fill(values_.begin(), values_.end(), odd);
    ASSERT_TRUE(decoder_.attend_to(bad, kGoOn));
    EXPECT_LE(decode(decoder_, {}, 80).tokens.size(), 80U);
  }
}

TEST_P(MoonshineDecoderTest, AllocatesNothing) {
  if (!rt::realtime_allocations()) GTEST_SKIP() << "a sanitizer owns the heap";
  const Frames heard = frames(40);
  const std::vector<Token> draft{5, 6, 7};
  const TokenTrie listed({{.tokens = {5, 6, 8}, .strength = 9}, {.tokens = {9}, .strength = 9}});
  const auto before = *rt::realtime_allocations();
  {
    const rt::RealtimeScope scope;
    ASSERT_TRUE(decoder_.attend_to(heard, kGoOn));
    ASSERT_TRUE(decoder_.decode(draft, 40, kGoOn));
    ASSERT_TRUE(decoder_.decode(draft, 40, kGoOn, &listed));
  }
  EXPECT_EQ(*rt::realtime_allocations(), before);
}

INSTANTIATE_TEST_SUITE_P(Isa, MoonshineDecoderTest, testing::ValuesIn(simd::tested_kernels()),
                         [](const auto& test) { return test.param.name; });

TEST(MoonshineDecoderGolden, SaysWhatTheReferenceSays) {
  const auto clips = read_moonshine_golden(kGolden);
  ASSERT_EQ(clips.size(), 4U) << kGolden;
  for (const MoonshineGolden& clip : clips) {
    const std::string folder = VOICESTAND_BUNDLE_DIR "/models/" + clip.model;
    const auto samples = moonshine_clip(VOICESTAND_BUNDLE_DIR "/samples", clip.clip);
    if (!std::filesystem::exists(folder) || !samples) GTEST_SKIP() << "run tools/fetch_deps.py";
    const auto model = MoonshineModel::load(folder).value();
    auto encoder = MoonshineEncoder::create(model.encoder(), samples->size()).value();
    auto decoder =
        MoonshineDecoder::create(model.decoder(), {.frames = encoder.frames_of(samples->size()), .tokens = 80}).value();
    const auto heard = encoder.encode(*samples, kGoOn);
    ASSERT_TRUE(heard && decoder.attend_to(*heard, kGoOn));
    const Said said = decode(decoder, {}, 80);
    EXPECT_EQ(said.tokens, clip.said) << clip.model << ", " << clip.clip;
    ASSERT_EQ(said.log_probabilities.size(), clip.log_probabilities.size());
    for (std::size_t i = 0; i < said.tokens.size(); ++i)
      EXPECT_NEAR(std::exp(said.log_probabilities[i]), std::exp(clip.log_probabilities[i]), 0.1)
          << clip.model << " " << i;
    EXPECT_EQ(decode(decoder, said.tokens, 80), said) << "as a draft";
    auto changed = said.tokens;
    if (!changed.empty()) changed[changed.size() / 2] = 1'234;
    EXPECT_EQ(decode(decoder, changed, 80), said) << "with one token changed";
  }
}

}  // namespace
}  // namespace voicestand::nn
