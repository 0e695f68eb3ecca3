#include "bench/earlier.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "bench/report.h"
#include "bench/report_json.h"

namespace voicestand::bench {
namespace {

Report report() {
  Report report;
  report.machine = {.cpu = "c", .cores = 2, .isa = "avx2", .kernel = "6.1", .governor = "performance"};
  report.commit = "1a2b3c";
  report.results.push_back({.suite = "toy",
                            .name = "toy/work",
                            .unit = "ns",
                            .summary = summarise(std::vector<double>{1, 2, 3.25}),
                            .bar = std::nullopt});
  return report;
}

TEST(Earlier, ReadsWhatWasWritten) {
  const auto earlier = parse_earlier(to_json(report()), "old.json");
  ASSERT_TRUE(earlier) << earlier.error().message();
  EXPECT_EQ(earlier->commit, "1a2b3c");
  EXPECT_EQ(earlier->machine.governor, "performance");
  EXPECT_TRUE(earlier->on(report().machine));
  const EarlierResult* result = earlier->find("toy/work", "ns");
  ASSERT_NE(result, nullptr);
  EXPECT_EQ(result->summary.p50, 2);
  EXPECT_EQ(result->summary.values, (std::vector<double>{1, 2, 3.25}));
  EXPECT_EQ(earlier->find("toy/work", "ms"), nullptr) << "another unit is another thing";
  EXPECT_EQ(earlier->find("toy/play", "ns"), nullptr);
}

TEST(Earlier, OfAnotherMachineIsSeen) {
  auto earlier = parse_earlier(to_json(report()), "old.json");
  ASSERT_TRUE(earlier);
  Machine other = report().machine;
  other.isa = "avx512";
  EXPECT_FALSE(earlier->on(other));
}

// As it was written before values were kept.
TEST(Earlier, WithoutValuesHasAMedian) {
  const auto earlier = parse_earlier(
      R"({"schema":1,"machine":{},"commit":"x","results":[{"suite":"s","name":"n","unit":"ns","p50":4}],"ratios":[]})",
      "old.json");
  ASSERT_TRUE(earlier);
  EXPECT_EQ(earlier->find("n", "ns")->summary.p50, 4);
  EXPECT_TRUE(earlier->find("n", "ns")->summary.values.empty());
}

TEST(Earlier, AnythingElseIsRefused) {
  for (const std::string text :
       {"", "{", "[]", "null", "7", R"({"schema":2,"machine":{},"results":[]})", R"({"schema":1,"results":[]})",
        R"({"schema":1,"machine":{},"results":{}})", R"({"schema":1,"machine":{},"results":[1]})",
        R"({"schema":1,"machine":{},"results":[{"name":"n","unit":"ns"}]})",
        R"({"schema":1,"machine":{},"results":[{"name":1,"unit":"ns","p50":4}]})",
        R"({"schema":1,"machine":{},"results":[{"name":"n","unit":"ns","p50":4,"values":[1,"2"]}]})"}) {
    const auto earlier = parse_earlier(text, "old.json");
    ASSERT_FALSE(earlier) << text;
    EXPECT_EQ(earlier.error().code, Errc::kBadData);
    EXPECT_EQ(earlier.error().where, "old.json");
  }
}

// Cut off or changed anywhere, it is read or refused.
RC_GTEST_PROP(Earlier, NoTextIsTooStrange, (const std::string& text, unsigned cut, char change)) {
  std::string written = to_json(report());
  written[cut % written.size()] = change;
  (void)parse_earlier(written, "");
  (void)parse_earlier(std::string_view(written).substr(0, cut % written.size()), "");
  (void)parse_earlier(text, "");
}

TEST(Earlier, AFileThatIsNotThere) {
  const auto earlier = read_earlier("/none/old.json");
  ASSERT_FALSE(earlier);
  EXPECT_EQ(earlier.error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace voicestand::bench
