#include "bench/report_html.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "bench/html/escape.h"
#include "bench/html/page.h"
#include "bench/html/scale.h"

namespace voicestand::bench {
namespace {

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

Figure figure(const std::string& name, double scale) {
  std::mt19937_64 random(5);
  std::lognormal_distribution<double> tail(0, 0.3);
  Figure figure{.suite = "toy", .name = name, .unit = "ns", .summary = {}, .bar = at_most(5)};
  figure.group = "toy/work";
  std::vector<double> values;
  for (std::size_t i = 0; i < 60; ++i) {
    values.push_back(scale * tail(random));
    const std::uint64_t iterations = 100 * (3 + i / 2 % 10);
    figure.turns.push_back(
        {.iterations = iterations, .spent = Seconds(values.back() * 1e-9 * static_cast<double>(iterations))});
  }
  figure.summary = summarise(values);
  return figure;
}

Report report(const std::string& name = "toy/work") {
  Report report;
  report.machine = {.cpu = "c", .cores = 2, .isa = "avx2", .kernel = "6.1"};
  report.commit = "1a2b3c";
  report.results = {figure(name, 1), figure(name + "/malloc", 4)};
  report.ratios.push_back({.suite = "toy",
                           .name = name,
                           .value = 4,
                           .ci95 = {.low = 3.9, .high = 4.1},
                           .of = kOurName,
                           .to = "malloc",
                           .bar = at_least(2)});
  return report;
}

TEST(ReportHtml, HasEachPlotOfEachResult) {
  Report all = report();
  all.earlier = Earlier{.path = "old.json", .commit = "0", .machine = all.machine, .results = {}};
  all.earlier->results.push_back({.name = "toy/work", .unit = "ns", .summary = figure("toy/work", 1.2).summary});
  all.results[0].change = change_since(all.earlier->results[0].summary, all.results[0].summary, false);
  const std::string page = to_html(all);
  EXPECT_EQ(count_of(page, "data-plot=\"density\""), 2U);
  EXPECT_EQ(count_of(page, "data-plot=\"regression\""), 2U);
  EXPECT_EQ(count_of(page, "data-plot=\"samples\""), 2U);
  EXPECT_EQ(count_of(page, "data-plot=\"peers\""), 1U) << "ours alone";
  EXPECT_EQ(count_of(page, "data-plot=\"baseline\""), 1U);
  EXPECT_EQ(count_of(page, "<svg"), count_of(page, "</desc>"));
  EXPECT_NE(page.find("4 to malloc [3.9, 4.1] <span class=\"good\">bar &gt;= 2: met"), std::string::npos);
  EXPECT_NE(page.find("improved"), std::string::npos);
}

TEST(ReportHtml, WhatIsNotJudgedSaysSo) {
  Report all = report();
  for (Figure& figure : all.results) figure.judged = false;
  for (Ratio& ratio : all.ratios) ratio.judged = false;
  const std::string page = to_html(all);
  EXPECT_EQ(page.find(": met"), std::string::npos);
  EXPECT_NE(page.find("not judged"), std::string::npos);
}

TEST(ReportHtml, AMeanThatOutliersCarriedAwayIsNotDrawn) {
  Report all = report();
  all.results.resize(1);
  EXPECT_EQ(count_of(to_html(all), "beyond the edge"), 0U);
  std::vector<double> values = all.results[0].summary.values;
  values.push_back(1e6);
  all.results[0].summary = summarise(values);
  EXPECT_EQ(count_of(to_html(all), "beyond the edge<"), 1U);
}

TEST(ReportHtml, ASingleValueHasNoPlots) {
  Report all = report();
  all.results.resize(1);
  all.results[0].summary = summarise(std::vector<double>{3});
  all.results[0].turns.clear();
  EXPECT_EQ(count_of(to_html(all), "<svg"), 0U);
}

TEST(ReportHtml, OfNothingIsAPage) {
  const std::string page = to_html({});
  EXPECT_TRUE(page.ends_with("</html>\n"));
}

// Whatever a name, a commit or a processor is called, the page has the same elements.
RC_GTEST_PROP(ReportHtml, NamesAreNeverMarkup, (const std::string& hostile)) {
  static const Report kReport = report();
  const auto marks = [](const std::string& name) {
    Report all = kReport;
    all.results[0].name = name;
    all.ratios[0].name = name;
    for (Figure& figure : all.results) figure.turns.clear();
    all.results[0].unit = name;
    all.results[0].suite = name;
    all.results[0].group = name;
    all.ratios[0].to = name;
    all.machine.cpu = name;
    all.machine.governor = name;
    all.commit = name;
    const std::string page = to_html(all);
    return std::vector<std::size_t>{count_of(page, "<"), count_of(page, ">"), count_of(page, "\"")};
  };
  RC_ASSERT(marks("x" + hostile) == marks("x"));
  RC_ASSERT(marks("x<script src=\"http://there\">'\"></svg>" + hostile) == marks("x"));
}

TEST(Page, ItsTitleIsTextAndItMayAskForNothing) {
  const std::string page = html::page_of("a < b", "<p>in</p>\n");
  EXPECT_EQ(count_of(page, "a &lt; b"), 2U) << "title and heading";
  EXPECT_EQ(count_of(page, "a < b"), 0U);
  EXPECT_EQ(count_of(page, "content=\"default-src 'none'; "), 1U);
  EXPECT_LT(page.find("Content-Security-Policy"), page.find("<title>"));
  EXPECT_LT(page.find("</h1>"), page.find("<p>in</p>"));
}

TEST(Escape, MarkupAndWhatIsNoText) {
  EXPECT_EQ(html::escaped("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  EXPECT_EQ(html::escaped("µs \u20ac \U0001F600"), "µs \u20ac \U0001F600");
  EXPECT_EQ(html::escaped(std::string_view("a\0\n\x7f z", 6)), "a    z");
  EXPECT_EQ(html::escaped("\xff\xc3"), "\uFFFD\uFFFD");
  EXPECT_EQ(html::escaped("\xc3<"), "\uFFFD&lt;") << "half a character hides nothing";
}

RC_GTEST_PROP(Scale, TicksLieWithinInOrder, (int low, unsigned range, bool logarithmic)) {
  const double from = low;
  const double to = from + range;
  const html::Scale scale = logarithmic ? html::Scale::spanning(from, to) : html::Scale::linear(from, to);
  const auto ticks = scale.ticks();
  RC_ASSERT(ticks.size() <= 24U);
  RC_ASSERT(std::ranges::is_sorted(ticks, {}, &html::Scale::Tick::value));
  for (const auto& tick : ticks) RC_ASSERT(tick.value >= scale.low() - 1e-6 && tick.value <= scale.high() + 1e-6);
}

TEST(Scale, RoundTicks) {
  std::vector<std::string> texts;
  for (const auto& tick : html::Scale::linear(0.1, 0.9).ticks()) texts.push_back(tick.text);
  EXPECT_EQ(texts, (std::vector<std::string>{"0.2", "0.4", "0.6", "0.8"}));
  texts.clear();
  for (const auto& tick : html::Scale::spanning(3, 90).ticks()) texts.push_back(tick.text);
  EXPECT_EQ(texts, (std::vector<std::string>{"5", "10", "20", "50", "100"}));
  EXPECT_DOUBLE_EQ(html::Scale::from_zero(5).share_of(-1), 0);
  EXPECT_DOUBLE_EQ(html::Scale::from_zero(5).share_of(99), 1);
}

}  // namespace
}  // namespace voicestand::bench
