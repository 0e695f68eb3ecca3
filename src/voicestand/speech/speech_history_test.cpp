#include "voicestand/speech/speech_history.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::speech {
namespace {

// Sample p has the value p: whatever is copied says where it came from.
std::vector<float> counting(std::uint64_t from, std::size_t count) {
  std::vector<float> samples(count);
  for (std::size_t i = 0; i < count; ++i) samples[i] = static_cast<float>(from + i);
  return samples;
}

TEST(SpeechHistory, IsEmptyAtFirst) {
  const SpeechHistory history(16);
  std::vector<float> out(16);
  EXPECT_EQ(history.begin(), 0U);
  EXPECT_EQ(history.end(), 0U);
  EXPECT_TRUE(history.copy(0, 0, out));
  EXPECT_FALSE(history.copy(0, 1, out));
}

TEST(SpeechHistory, AfterAResetItGoesOnFromTheNewPosition) {
  SpeechHistory history(16);
  history.append(counting(0, 10));
  history.reset(1'000);
  std::vector<float> out(16);
  EXPECT_FALSE(history.copy(5, 6, out));
  history.append(counting(1'000, 20));
  EXPECT_EQ(history.begin(), 1'004U);
  ASSERT_TRUE(history.copy(1'004, 1'020, out));
  EXPECT_EQ(out, counting(1'004, 16));
}

TEST(SpeechHistory, OneOfNoSizeKeepsNothing) {
  SpeechHistory history(0);
  history.append(counting(0, 5));
  EXPECT_EQ(history.begin(), 5U);
  EXPECT_EQ(history.end(), 5U);
  EXPECT_TRUE(history.copy(5, 5, {}));
}

TEST(SpeechHistoryLaws, ItHoldsTheLastSamplesAndGivesExactlyThem) {
  EXPECT_TRUE(rc::check([] {
    const auto capacity = *rc::gen::inRange<std::size_t>(1, 200);
    const auto appended = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 300));
    SpeechHistory history(capacity);
    std::uint64_t total = 0;
    for (const auto count : appended) {
      history.append(counting(total, count));
      total += count;
    }
    RC_ASSERT(history.end() == total);
    RC_ASSERT(history.begin() == total - std::min<std::uint64_t>(total, capacity));

    const auto from = *rc::gen::inRange<std::uint64_t>(0, total + 20);
    const auto to = *rc::gen::inRange<std::uint64_t>(0, total + 20);
    const auto room = *rc::gen::inRange<std::size_t>(0, 300);
    std::vector<float> out(room, -1);
    const bool fits = from >= history.begin() && from <= to && to <= history.end() && to - from <= room;
    RC_ASSERT(history.copy(from, to, out) == fits);
    const std::size_t copied = fits ? static_cast<std::size_t>(to - from) : 0;
    const auto expected = counting(from, copied);
    RC_ASSERT(std::equal(expected.begin(), expected.end(), out.begin()));
    RC_ASSERT(
        std::all_of(out.begin() + static_cast<std::ptrdiff_t>(copied), out.end(), [](float x) { return x == -1; }));
  }));
}

}  // namespace
}  // namespace voicestand::speech
