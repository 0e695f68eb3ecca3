#include "bench/comparison.h"

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bench/report_json.h"
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
  (void)interleave(subjects, {.sample = Seconds(1), .rounds = 4});
  EXPECT_TRUE(log.ends_with("ABBAABBA")) << log;
}

TEST(Interleave, IterationsFillTheSample) {
  std::vector<std::uint64_t> asked;
  const std::vector<Subject> subjects{ours("", [&](std::uint64_t iterations) {
    asked.push_back(iterations);
    return Seconds(1e-6 * static_cast<double>(iterations));
  })};
  const auto times = interleave(subjects, {.sample = Seconds(0.005), .rounds = 15});
  ASSERT_EQ(times.size(), 1U);
  EXPECT_EQ(times[0].size(), 15U);
  EXPECT_EQ(asked.back(), 5'000U);
  EXPECT_NEAR(times[0][7], 1e-6, 1e-12);
}

TEST(Interleave, WithoutASampleEachRunIsOneIteration) {
  std::string log;
  const std::vector<Subject> subjects{ours("", virtual_time(1e-9, &log, 'A'))};
  const auto times = interleave(subjects, {.sample = Seconds(0), .rounds = 3});
  EXPECT_EQ(log, "AAAA") << "one to warm up";
  EXPECT_EQ(times[0], std::vector<double>(3, 1e-9));
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

TEST(Unit, CostsAndRates) {
  EXPECT_DOUBLE_EQ(Unit::cost("ns", 1e9).of(2e-6), 2'000);
  EXPECT_DOUBLE_EQ(Unit::cost("ns/block", 1e9, 8).of(2e-6), 250);
  EXPECT_DOUBLE_EQ(Unit::rate("GB/s", 512e-9).of(1e-6), 0.512);
}

TEST(Bar, AnIntervalThatHoldsTheLimitSaysNothing) {
  EXPECT_EQ(at_least(2).judge({.low = 2, .high = 3}), Bar::Verdict::kMet);
  EXPECT_EQ(at_least(2).judge({.low = 1.9, .high = 3}), Bar::Verdict::kOpen);
  EXPECT_EQ(at_least(2).judge({.low = 1, .high = 1.9}), Bar::Verdict::kMissed);
  EXPECT_EQ(below(5).judge({.low = 4, .high = 4.9}), Bar::Verdict::kMet);
  EXPECT_EQ(below(5).judge({.low = 4, .high = 5}), Bar::Verdict::kOpen);
  EXPECT_EQ(below(5).judge({.low = 5, .high = 6}), Bar::Verdict::kMissed);
}

TEST(Report, IsTheAgreedJson) {
  const Outcome outcome = measure(three(), {.sample = Seconds(1), .rounds = 15});
  Report report;
  report.machine = {.cpu = "c", .cores = 2, .isa = "avx2", .kernel = "6.1"};
  report.commit = "1a2b3c";
  report.results = outcome.results;
  report.ratios = outcome.ratios;
  const auto json = nlohmann::json::parse(to_json(report));
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["machine"], (nlohmann::json{{"cpu", "c"}, {"cores", 2}, {"isa", "avx2"}, {"kernel", "6.1"}}));
  EXPECT_EQ(json["results"].size(), 3U);
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
