#include "voicestand/telemetry/latency_histogram.h"

#include <algorithm>
#include <cmath>
#include <latch>
#include <memory>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::telemetry {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

nanoseconds exact_quantile(const std::vector<nanoseconds>& sorted, double p) {
  const auto rank = static_cast<std::size_t>(std::ceil(p * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

void expect_near(std::optional<nanoseconds> got, nanoseconds exact) {
  ASSERT_TRUE(got.has_value());
  const double tolerance = std::max(0.01 * static_cast<double>(exact.count()), 8.0);
  EXPECT_NEAR(static_cast<double>(got->count()), static_cast<double>(exact.count()), tolerance);
}

TEST(LatencyHistogram, KnowsNothingAtFirst) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.sum(), 0ns);
  EXPECT_FALSE(histogram.max().has_value());
  EXPECT_FALSE(histogram.quantile(0.5).has_value());
}

TEST(LatencyHistogram, AgreesWithExactQuantilesOfAMillionValues) {
  std::mt19937_64 random(42);
  std::uniform_real_distribution<double> exponent(3, 11);  // 1 us to 100 s, evenly in the logarithm
  std::lognormal_distribution<double> typical(std::log(4e6), 0.7);
  std::vector<nanoseconds> values(1'000'000);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double ns = i % 2 == 0 ? std::pow(10, exponent(random)) : typical(random);
    values[i] = nanoseconds(static_cast<std::int64_t>(ns));
  }
  LatencyHistogram histogram;
  for (const nanoseconds value : values) histogram.record(value);

  std::sort(values.begin(), values.end());
  for (const double p : {0.0, 0.0001, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.999999}) {
    SCOPED_TRACE(p);
    expect_near(histogram.quantile(p), exact_quantile(values, p));
  }
  EXPECT_EQ(histogram.quantile(1), values.back());
  EXPECT_EQ(histogram.max(), values.back());
  EXPECT_EQ(histogram.count(), values.size());
  expect_near(histogram.sum(), std::accumulate(values.begin(), values.end(), 0ns));
}

TEST(LatencyHistogram, EverySingleValueComesBackWithinItsError) {
  EXPECT_TRUE(rc::check([](std::uint64_t bits) {
    const nanoseconds value(static_cast<std::int64_t>((bits * 0x9E37'79B9'7F4A'7C15U) >> *rc::gen::inRange(27, 60)));
    LatencyHistogram histogram;
    histogram.record(value);
    histogram.record(2 * value);  // so that max() does not mend the answer
    const double got = static_cast<double>(histogram.quantile(0.5)->count());
    RC_PRE(value <= LatencyHistogram::kTop);
    RC_ASSERT(std::abs(got - static_cast<double>(value.count())) <=
              std::max(static_cast<double>(value.count()) * LatencyHistogram::kMaxRelativeError, 8.0));
  }));
}

TEST(LatencyHistogram, QuantilesNeverFall) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint32_t>& values, double p, double q) {
    RC_PRE(!values.empty());
    LatencyHistogram histogram;
    for (const std::uint32_t value : values) histogram.record(nanoseconds(value) * 20);
    RC_ASSERT(*histogram.quantile(std::min(p, q)) <= *histogram.quantile(std::max(p, q)));
    RC_ASSERT(*histogram.quantile(std::max(p, q)) <= *histogram.max());
  }));
}

TEST(LatencyHistogram, TakesWhatLiesOutsideItsRange) {
  LatencyHistogram histogram;
  histogram.record(-5s);
  histogram.record(nanoseconds::min());
  histogram.record(1h);
  EXPECT_EQ(histogram.count(), 3U);
  EXPECT_LE(*histogram.quantile(0.5), 16ns);
  EXPECT_EQ(histogram.max(), 1h);
  expect_near(histogram.sum(), LatencyHistogram::kTop);
}

TEST(LatencyHistogram, MergingIsRecordingInOne) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint32_t>& ours, const std::vector<std::uint32_t>& theirs) {
    const auto mine = std::make_unique<LatencyHistogram>();
    const auto other = std::make_unique<LatencyHistogram>();
    const auto both = std::make_unique<LatencyHistogram>();
    for (const std::uint32_t value : ours) mine->record(nanoseconds(value)), both->record(nanoseconds(value));
    for (const std::uint32_t value : theirs) other->record(nanoseconds(value)), both->record(nanoseconds(value));
    mine->merge(*other);
    RC_ASSERT(mine->count() == both->count());
    RC_ASSERT(mine->sum() == both->sum());
    RC_ASSERT(mine->max() == both->max());
    for (const double p : {0.0, 0.1, 0.5, 0.9, 0.99, 1.0}) RC_ASSERT(mine->quantile(p) == both->quantile(p));
  }));
}

TEST(LatencyHistogram, CountsWhatIsWithinABound) {
  const auto histogram = std::make_unique<LatencyHistogram>();
  for (const auto duration : {500us, 1'500us, 1'600us, 40'000us, 200'000'000us}) histogram->record(duration);
  const std::vector<nanoseconds> bounds{1ms, 2ms, 50ms, 1s};
  std::vector<std::uint64_t> counts(bounds.size());
  histogram->count_within(bounds, counts);
  EXPECT_EQ(counts, (std::vector<std::uint64_t>{1, 3, 4, 4}));
}

// As the quantiles: what lies within a bucket of the bound may be taken for either side.
RC_GTEST_PROP(LatencyHistogram, CountsWithinBoundsAsQuantilesDo, ()) {
  const auto values = *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 2'000'000'000));
  auto bounds_ns = *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 2'000'000'000));
  std::ranges::sort(bounds_ns);
  const auto histogram = std::make_unique<LatencyHistogram>();
  for (const std::int64_t value : values) histogram->record(nanoseconds(value));
  const std::vector<nanoseconds> bounds(bounds_ns.begin(), bounds_ns.end());
  std::vector<std::uint64_t> counts(bounds.size());
  histogram->count_within(bounds, counts);
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const auto margin =
        static_cast<std::int64_t>(static_cast<double>(bounds_ns[i]) * 2 * LatencyHistogram::kMaxRelativeError) + 16;
    const auto surely = std::ranges::count_if(values, [&](std::int64_t v) { return v < bounds_ns[i] - margin; });
    const auto maybe = std::ranges::count_if(values, [&](std::int64_t v) { return v <= bounds_ns[i] + margin; });
    RC_ASSERT(counts[i] >= static_cast<std::uint64_t>(surely));
    RC_ASSERT(counts[i] <= static_cast<std::uint64_t>(maybe));
  }
}

// Both threads hit the same bucket at the same time, so that an increment that is not atomic is lost.
TEST(LatencyHistogram, LosesNothingBetweenThreads) {
  constexpr std::int64_t kEach = 500'000;
  LatencyHistogram histogram;
  std::latch start(2);
  std::jthread other([&] {
    start.arrive_and_wait();
    for (std::int64_t i = 0; i < kEach; ++i) histogram.record(10us);
  });
  start.arrive_and_wait();
  std::uint64_t before = 0;
  for (std::int64_t i = 1; i <= kEach; ++i) {
    histogram.record(10us);
    if (i % 5000 == 0) {
      const std::uint64_t now = histogram.count();
      EXPECT_GE(now, before + 5000);
      expect_near(histogram.quantile(0.99), 10us);
      before = now;
    }
  }
  histogram.record(10'001ns);
  other.join();
  EXPECT_EQ(histogram.count(), static_cast<std::uint64_t>(2 * kEach + 1));
  EXPECT_EQ(histogram.max(), 10'001ns);
  expect_near(histogram.sum(), 2 * kEach * 10us + 10'001ns);
}

}  // namespace
}  // namespace voicestand::telemetry
