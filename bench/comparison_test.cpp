#include "bench/comparison.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bench/report_json.h"
#include "bench/round_ratios.h"
#include "bench/table.h"

namespace voicestand::bench {
namespace {

// Takes a known time an iteration, in no time at all.
Spend virtual_time(double seconds_per_iteration, std::string* log = nullptr, char mark = ' ') {
  return [=](std::uint64_t iterations) {
    if (log != nullptr) *log += mark;
    return Seconds(seconds_per_iteration * static_cast<double>(iterations));
  };
}

Comparison three() {
  return {
      .suite = "toy",
      .name = "toy/work",
      .unit = Unit::cost("ns", 1e9),
      .subjects = {ours("", virtual_time(1e-6)), ours("avx2", virtual_time(2e-6)), peer("malloc", virtual_time(4e-6))},
      .bars = {{.variant = "", .to = "malloc", .at_least = 3.5}, {.variant = "avx2", .to = "malloc", .at_least = 3}}};
}

TEST(Interleave, SubjectsTakeTurnsForwardsAndBackwards) {
  std::string log;
  const std::vector<Subject> subjects{ours("", virtual_time(1, &log, 'A')), peer("b", virtual_time(1, &log, 'B'))};
  (void)interleave(subjects, {.sample = Seconds(1), .rounds = 40});
  int a_first = 0;
  for (const std::string turns = log.substr(log.size() - 80); const std::size_t at : std::views::iota(0U, 20U)) {
    const std::string four = turns.substr(at * 4, 4);
    EXPECT_TRUE(four == "ABBA" || four == "BAAB") << log;
    a_first += four == "ABBA" ? 1 : 0;
  }
  EXPECT_GT(a_first, 4) << "who begins is drawn";
  EXPECT_LT(a_first, 16) << "who begins is drawn";
}

TEST(Interleave, IterationsFillTheSampleOnAverage) {
  const std::vector<Subject> subjects{ours("", virtual_time(1e-6))};
  const auto turns = interleave(subjects, {.sample = Seconds(0.0075), .rounds = 20});
  ASSERT_EQ(turns.size(), 1U);
  ASSERT_EQ(turns[0].size(), 20U);
  std::uint64_t iterations = 0;
  for (const Turn& turn : turns[0]) iterations += turn.iterations;
  EXPECT_EQ(iterations, 20 * 7'500U);
  EXPECT_NEAR(turns[0][7].seconds_per_iteration(), 1e-6, 1e-12);
}

TEST(Interleave, TurnsClimbInEqualStepsAPairOfRoundsEach) {
  const std::vector<Subject> subjects{ours("", virtual_time(1e-6))};
  const auto turns = interleave(subjects, {.sample = Seconds(0.0075), .rounds = 24}).front();
  for (std::size_t i = 0; i < turns.size(); ++i) EXPECT_EQ(turns[i].iterations, 1'000 * (3 + i / 2 % 10)) << i;
}

TEST(Interleave, WithoutASampleEachRunIsOneIteration) {
  std::string log;
  const std::vector<Subject> subjects{ours("", virtual_time(1e-9, &log, 'A'))};
  const auto turns = interleave(subjects, {.sample = Seconds(0), .rounds = 3});
  EXPECT_EQ(log, "AAAA") << "one to warm up";
  ASSERT_EQ(turns[0].size(), 3U);
  for (const Turn& turn : turns[0]) EXPECT_EQ(turn.seconds_per_iteration(), 1e-9);
}

// What the clock costs is in every turn, and in the slope less than in the mean.
TEST(Comparison, TheSlopeIsTheWorksOwnTime) {
  const auto with_clock = [](std::uint64_t iterations) {
    return Seconds(1e-6 * static_cast<double>(iterations) + 1e-5);
  };
  const Comparison comparison{.suite = "toy",
                              .name = "toy/work",
                              .unit = Unit::cost("ns", 1e9),
                              .subjects = {ours("", with_clock)},
                              .bars = {}};
  const Figure figure = measure(comparison, {.sample = Seconds(0.001), .rounds = 40}).results.at(0);
  ASSERT_TRUE(figure.slope);
  EXPECT_TRUE(figure.slope->ci95.contains(figure.slope->value));
  EXPECT_LT(figure.slope->value, figure.summary.mean);
  EXPECT_NEAR(figure.slope->value, 1'000, 10);
}

TEST(Comparison, TurnsOfOneLengthHaveNoSlope) {
  const Outcome outcome = measure(three(), {.sample = Seconds(0), .rounds = 15});
  EXPECT_FALSE(outcome.results[0].slope);
  EXPECT_EQ(outcome.results[0].turns.size(), 15U);
}

TEST(Comparison, OfARateTheSlopeHasItsIntervalTheRightWayRound) {
  Comparison comparison = three();
  comparison.unit = Unit::rate("GB/s", 1e-3);
  std::uint64_t count = 0;
  comparison.subjects.resize(1);
  comparison.subjects[0].spend = [&](std::uint64_t iterations) {
    return Seconds(1e-6 * static_cast<double>(iterations) * (1 + 0.1 * static_cast<double>(count++ % 7)));
  };
  const Figure figure = measure(comparison, {.sample = Seconds(0.001), .rounds = 40}).results.at(0);
  ASSERT_TRUE(figure.slope);
  EXPECT_LT(figure.slope->ci95.low, figure.slope->ci95.high);
  EXPECT_TRUE(figure.more_is_better);
}

TEST(Comparison, WhatIsMeasuredBesideHasAResultAndNoRatio) {
  Comparison comparison = three();
  comparison.subjects.push_back(beside("malloc-default", virtual_time(8e-6)));
  const Outcome outcome = measure(comparison, {.sample = Seconds(1), .rounds = 15});
  ASSERT_EQ(outcome.results.size(), 4U);
  EXPECT_EQ(outcome.results[3].name, "toy/work/malloc-default");
  EXPECT_EQ(outcome.ratios.size(), 2U);
}

TEST(Comparison, EachOfOursIsHeldAgainstEachPeer) {
  const Outcome outcome = measure(three(), {.sample = Seconds(1), .rounds = 15});
  ASSERT_EQ(outcome.results.size(), 3U);
  EXPECT_EQ(outcome.results[0].name, "toy/work");
  EXPECT_EQ(outcome.results[1].name, "toy/work/avx2");
  EXPECT_EQ(outcome.results[2].name, "toy/work/malloc");
  EXPECT_NEAR(outcome.results[2].summary.p50, 4'000, 1e-6);
  EXPECT_EQ(outcome.results[2].summary.count, 15U);
  ASSERT_EQ(outcome.ratios.size(), 2U);
  const Ratio* ratio = outcome.ratio_of("toy/work", "malloc");
  ASSERT_NE(ratio, nullptr);
  EXPECT_NEAR(ratio->value, 4, 1e-9);
  EXPECT_EQ(ratio->bar->judge(ratio->ci95), Bar::Verdict::kMet);
  ratio = outcome.ratio_of("toy/work/avx2", "malloc");
  EXPECT_NEAR(ratio->value, 2, 1e-9);
  EXPECT_EQ(ratio->bar->judge(ratio->ci95), Bar::Verdict::kMissed);
}

TEST(RoundRatios, AreHowManyTimesBetterOursWas) {
  EXPECT_EQ(round_ratios(std::vector<double>{1, 2}, std::vector<double>{4, 4}, false).values,
            (std::vector<double>{4, 2}));
  EXPECT_EQ(round_ratios(std::vector<double>{1, 2}, std::vector<double>{4, 4}, true).values,
            (std::vector<double>{0.25, 0.5}));
  EXPECT_EQ(round_ratios(std::vector<double>{1, 2}, std::vector<double>{4, 4}, false).p50, 3);
}

TEST(RoundRatios, OfRoundsThatDoNotFitThereAreNone) {
  EXPECT_TRUE(round_ratios(std::vector<double>{1, 2}, std::vector<double>{4}, false).values.empty());
  EXPECT_TRUE(round_ratios(std::vector<double>{1, 0}, std::vector<double>{4, 4}, false).values.empty());
  EXPECT_TRUE(round_ratios({}, {}, false).values.empty());
}

TEST(Subject, TheFirstErrorOfManyIsKept) {
  const FirstError first = no_error_yet();
  int calls = 0;
  const Spend spend = told(
      [&calls]() -> Result<Seconds> {
        if (++calls % 2 != 0) return Seconds(5);
        return fail(Errc::kBadData, "call " + std::to_string(calls), {}, "none");
      },
      first);
  EXPECT_EQ(spend(1), Seconds(5));
  EXPECT_TRUE(*first);
  EXPECT_EQ(spend(4), Seconds(12)) << "what fails counts as a second";
  ASSERT_FALSE(*first);
  EXPECT_EQ(first->error().what, "call 2");
}

TEST(Unit, CostsAndRates) {
  EXPECT_DOUBLE_EQ(Unit::cost("ns", 1e9).of(2e-6), 2'000);
  EXPECT_DOUBLE_EQ(Unit::cost("ns/block", 1e9, 8).of(2e-6), 250);
  EXPECT_DOUBLE_EQ(Unit::rate("GB/s", 512e-9).of(1e-6), 0.512);
  EXPECT_DOUBLE_EQ(ms_of(std::chrono::microseconds(1'500)), 1.5);
  EXPECT_DOUBLE_EQ(mib_of(std::uint64_t{3} << 19U), 1.5);
}

TEST(Bar, AnIntervalThatHoldsTheLimitSaysNothing) {
  EXPECT_EQ(at_least(2).judge({.low = 2, .high = 3}), Bar::Verdict::kMet);
  EXPECT_EQ(at_least(2).judge({.low = 1.9, .high = 3}), Bar::Verdict::kOpen);
  EXPECT_EQ(at_least(2).judge({.low = 1, .high = 1.9}), Bar::Verdict::kMissed);
  EXPECT_EQ(at_most(5).judge({.low = 4, .high = 5}), Bar::Verdict::kMet);
  EXPECT_EQ(at_most(5).judge({.low = 4, .high = 5.1}), Bar::Verdict::kOpen);
  EXPECT_EQ(at_most(5).judge({.low = 5.1, .high = 6}), Bar::Verdict::kMissed);
}

TEST(Report, IsTheAgreedJson) {
  const Outcome outcome = measure(three(), {.sample = Seconds(1), .rounds = 15});
  Report report;
  report.machine = {.cpu = "c", .cores = 2, .isa = "avx2", .kernel = "6.1", .governor = "performance"};
  report.commit = "1a2b3c";
  report.results = outcome.results;
  report.ratios = outcome.ratios;
  const auto json = nlohmann::json::parse(to_json(report));
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["machine"], (nlohmann::json{{"cpu", "c"},
                                             {"cores", 2},
                                             {"isa", "avx2"},
                                             {"kernel", "6.1"},
                                             {"governor", "performance"},
                                             {"frequency_mhz", nullptr}}));
  EXPECT_EQ(json["results"].size(), 3U);
  EXPECT_EQ(json["results"][0]["values"].size(), 15U);
  EXPECT_EQ(json["results"][0]["iterations"].size(), 15U);
  EXPECT_EQ(json["results"][0]["outliers"]["high_severe"], 0);
  EXPECT_TRUE(json["results"][0]["change"].is_null());
  EXPECT_LT(json["ratios"][0]["p"], 0.012) << "four times the time, in each of eight pairs of rounds";
  EXPECT_EQ(json["ratios"][0]["of"], kOurName);
  EXPECT_EQ(json["ratios"][0]["to"], "malloc");
  EXPECT_EQ(json["ratios"][0]["ci95"].size(), 2U);
}

TEST(Table, ANoisyRunIsNotJudged) {
  Outcome outcome = measure(three(), {.sample = Seconds(1), .rounds = 15});
  outcome.judged = true;
  EXPECT_NE(table_of(outcome).find("met"), std::string::npos);
  outcome.judged = false;
  outcome.noise.steal = 0.02;
  EXPECT_EQ(table_of(outcome).find("met"), std::string::npos);
  EXPECT_NE(table_of(outcome).find("not judged"), std::string::npos);
}

}  // namespace
}  // namespace voicestand::bench
