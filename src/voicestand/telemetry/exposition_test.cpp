#include "voicestand/telemetry/exposition.h"

#include <limits>

#include <gtest/gtest.h>

namespace voicestand::telemetry {
namespace {

std::string text_of(ExpositionFormat format) {
  Exposition to(format);
  to.counter("x_lost_bytes_total", "bytes", "How much\nis \"lost\".");
  to.sample(std::uint64_t{18'446'744'073'709'551'615U});
  to.gauge("x_heat", {}, "Heat.");
  to.sample(-0.0005, {{"zone", "a\\b\"c\nd"}, {"kind", ""}});
  to.info("x_build_info", "Build.", {{"version", "1"}});
  to.histogram(
      "x_seconds", "Time.",
      std::vector<HistogramBucket>{
          {.bound = 0.001, .count = 1},
          {.bound = 0.5, .count = 2, .exemplar = Exemplar{.label = R"(id="7")", .value = 0.25, .unix_time_s = 1e9}}},
      3, 2.25, Exemplar{.label = R"(id="8")", .value = 2, .unix_time_s = 2e9});
  return to.finish();
}

// https://prometheus.io/docs/instrumenting/exposition_formats/
TEST(Exposition, IsPrometheusText) {
  EXPECT_EQ(text_of(ExpositionFormat::kPrometheus),
            "# HELP x_lost_bytes_total How much\\nis \"lost\".\n"
            "# TYPE x_lost_bytes_total counter\n"
            "x_lost_bytes_total 18446744073709551615\n"
            "# HELP x_heat Heat.\n"
            "# TYPE x_heat gauge\n"
            "x_heat{zone=\"a\\\\b\\\"c\\nd\",kind=\"\"} -0.0005\n"
            "# HELP x_build_info Build.\n"
            "# TYPE x_build_info gauge\n"
            "x_build_info{version=\"1\"} 1\n"
            "# HELP x_seconds Time.\n"
            "# TYPE x_seconds histogram\n"
            "x_seconds_bucket{le=\"0.001\"} 1\n"
            "x_seconds_bucket{le=\"0.5\"} 2\n"
            "x_seconds_bucket{le=\"+Inf\"} 3\n"
            "x_seconds_sum 2.25\n"
            "x_seconds_count 3\n");
}

// OpenMetrics 1.0: families without the endings of their samples, units, exemplars, and an end.
TEST(Exposition, IsOpenMetrics) {
  EXPECT_EQ(text_of(ExpositionFormat::kOpenMetrics),
            "# HELP x_lost_bytes How much\\nis \\\"lost\\\".\n"
            "# TYPE x_lost_bytes counter\n"
            "# UNIT x_lost_bytes bytes\n"
            "x_lost_bytes_total 18446744073709551615\n"
            "# HELP x_heat Heat.\n"
            "# TYPE x_heat gauge\n"
            "x_heat{zone=\"a\\\\b\\\"c\\nd\",kind=\"\"} -0.0005\n"
            "# HELP x_build Build.\n"
            "# TYPE x_build info\n"
            "x_build_info{version=\"1\"} 1\n"
            "# HELP x_seconds Time.\n"
            "# TYPE x_seconds histogram\n"
            "# UNIT x_seconds seconds\n"
            "x_seconds_bucket{le=\"0.001\"} 1\n"
            "x_seconds_bucket{le=\"0.5\"} 2 # {id=\"7\"} 0.25 1000000000\n"
            "x_seconds_bucket{le=\"+Inf\"} 3 # {id=\"8\"} 2 2000000000\n"
            "x_seconds_sum 2.25\n"
            "x_seconds_count 3\n"
            "# EOF\n");
}

TEST(Exposition, WritesEveryNumber) {
  Exposition to(ExpositionFormat::kPrometheus);
  to.gauge("x", {}, "X.");
  for (const double value : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity(), 0.1, 1e21})
    to.sample(value);
  to.sample(std::numeric_limits<double>::max());
  const std::string text = to.finish();
  EXPECT_TRUE(
      text.starts_with("# HELP x X.\n# TYPE x gauge\nx NaN\nx +Inf\nx -Inf\nx 0.1\nx 1000000000000000000000\nx 17976"));
}

TEST(Exposition, TheScraperChooses) {
  EXPECT_EQ(format_for(""), ExpositionFormat::kPrometheus);
  EXPECT_EQ(format_for("text/plain;version=0.0.4"), ExpositionFormat::kPrometheus);
  EXPECT_EQ(format_for("application/openmetrics-text;version=1.0.0;q=0.75,text/plain;q=0.5"),
            ExpositionFormat::kOpenMetrics);
}

}  // namespace
}  // namespace voicestand::telemetry
