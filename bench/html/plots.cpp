#include "bench/html/plots.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/bootstrap.h"
#include "bench/density.h"
#include "bench/html/escape.h"
#include "bench/html/plot.h"
#include "bench/outliers.h"
#include "bench/regression.h"
#include "bench/table.h"

namespace voicestand::bench::html {
namespace {

constexpr std::size_t kCurvePoints = 160;

std::string with_caption(const Plot& plot, std::string_view caption) {
  return fmt::format("<figure>{}<figcaption>{}</figcaption></figure>\n", plot.svg(), escaped(caption));
}

// What a density is drawn over: the usual samples, and room for the curve to come down.
Interval range_for(std::span<const double> values, const Density& density) {
  const Interval usual = usual_range(values);
  return {.low = usual.low - 3 * density.bandwidth(), .high = usual.high + 3 * density.bandwidth()};
}

std::vector<Point> curve_of(const Density& density, const Interval& range) {
  std::vector<Point> points(kCurvePoints);
  for (std::size_t i = 0; i < kCurvePoints; ++i) {
    const double x = std::lerp(range.low, range.high, static_cast<double>(i) / (kCurvePoints - 1));
    points[i] = {.x = x, .y = density.at(x)};
  }
  return points;
}

double highest(std::span<const Point> points) noexcept {
  double high = 0;
  for (const Point& point : points) high = std::max(high, point.y);
  return high;
}

std::string beyond(std::span<const double> values) {
  const OutlierCounts counts = count(classify(values));
  const std::size_t severe = counts.low_severe + counts.high_severe;
  return severe == 0 ? "" : fmt::format(" Severe outliers beyond the edges: {}.", severe);
}

// A time that is read easily.
struct TimeUnit {
  double per_second;
  std::string_view name;
};
TimeUnit time_unit_for(double seconds) noexcept {
  if (seconds >= 1) return {.per_second = 1, .name = "s"};
  if (seconds >= 1e-3) return {.per_second = 1e3, .name = "ms"};
  if (seconds >= 1e-6) return {.per_second = 1e6, .name = "µs"};
  return {.per_second = 1e9, .name = "ns"};
}

struct OutlierStyle {
  Outlier kind;
  std::string_view style;
  std::string_view words;
};
constexpr std::array kOutlierStyles{
    OutlierStyle{.kind = Outlier::kNone, .style = "ours", .words = "usual"},
    OutlierStyle{.kind = Outlier::kLowMild, .style = "mild", .words = "low mild"},
    OutlierStyle{.kind = Outlier::kHighMild, .style = "mild", .words = "high mild"},
    OutlierStyle{.kind = Outlier::kLowSevere, .style = "severe", .words = "low severe"},
    OutlierStyle{.kind = Outlier::kHighSevere, .style = "severe", .words = "high severe"},
};

Interval extremes_of(std::span<const double> values) noexcept {
  const auto [least, most] = std::ranges::minmax_element(values);
  return {.low = *least, .high = *most};
}

}  // namespace

std::string density_plot(int& number, const Figure& figure) {
  const Summary& it = figure.summary;
  const Density density(it.values);
  const Interval range = range_for(it.values, density);
  const auto curve = curve_of(density, range);
  Plot plot(++number,
            {.kind = "density",
             .title = "Density of " + figure.name,
             .description = fmt::format("{} samples, median {} {} within {}, mean {}", it.count, bench::number(it.p50),
                                        figure.unit, interval(it.ci95), bench::number(it.mean)),
             .x_label = figure.unit,
             .y_label = "density"},
            Scale::linear(range.low, range.high), Scale::from_zero(highest(curve)));
  plot.area(curve, "ours");
  plot.line(curve, "ours");
  plot.band(it.ci95, "interval");
  plot.upright(it.p50, "median");
  plot.legend("median and its 95 % interval", "median");
  if (range.contains(it.mean)) {
    plot.upright(it.mean, "mean");
    plot.legend("mean", "mean");
  } else {
    plot.legend("mean, beyond the edge", "mean");
  }
  return with_caption(plot, "Where the samples lie." + beyond(it.values));
}

std::string regression_plot(int& number, const Figure& figure) {
  double most_iterations = 0;
  double longest = 0;
  for (const Turn& turn : figure.turns) {
    most_iterations = std::max(most_iterations, static_cast<double>(turn.iterations));
    longest = std::max(longest, turn.spent.count());
  }
  const Estimate slope = slope_estimate(figure.turns);
  const double fit = fit_of(figure.turns, slope.value);
  const TimeUnit unit = time_unit_for(longest);
  const auto at = [&](double seconds_each) {
    return Point{most_iterations, most_iterations * seconds_each * unit.per_second};
  };
  std::vector<Point> dots;
  for (const Turn& turn : figure.turns)
    dots.push_back({.x = static_cast<double>(turn.iterations), .y = turn.spent.count() * unit.per_second});
  Plot plot(
      ++number,
      {.kind = "regression",
       .title = "Regression of " + figure.name,
       .description = fmt::format("Time over iterations of {} turns; the line through the origin explains {:.1f} % of "
                                  "the variation",
                                  figure.turns.size(), std::max(0.0, fit * 100)),
       .x_label = "iterations",
       .y_label = std::string(unit.name)},
      Scale::from_zero(most_iterations), Scale::from_zero(longest * unit.per_second));
  const std::array wedge{Point{}, at(slope.ci95.low), at(slope.ci95.high)};
  const std::array line{Point{}, at(slope.value)};
  plot.polygon(wedge, "interval");
  plot.line(line, "median");
  plot.dots(dots, "ours");
  plot.legend("turns", "ours");
  plot.legend("slope", "median");
  return with_caption(plot, fmt::format("The time of a turn over its iterations; R² {:.4f}.", fit));
}

std::string samples_plot(int& number, const Figure& figure) {
  const std::vector<double>& values = figure.summary.values;
  const std::vector<Outlier> classes = classify(values);
  const Interval range = extremes_of(values);
  Plot plot(++number,
            {.kind = "samples",
             .title = "Samples of " + figure.name,
             .description = fmt::format("{} samples in the order in which they were taken, {} of them outliers",
                                        values.size(), count(classes).all()),
             .x_label = "sample",
             .y_label = figure.unit},
            Scale::linear(1, static_cast<double>(values.size())), Scale::spanning(range.low, range.high));
  plot.level(figure.summary.p50, "median");
  for (const OutlierStyle& kind : kOutlierStyles) {
    std::vector<Point> dots;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (classes[i] == kind.kind) dots.push_back({.x = static_cast<double>(i + 1), .y = values[i]});
    }
    if (dots.empty()) continue;
    plot.dots(dots, kind.style);
    plot.legend(fmt::format("{} {}", dots.size(), kind.words), kind.style);
  }
  return with_caption(plot, "One sample after the other; outliers by Tukey's fences. The line is the median.");
}

std::string peers_plot(int& number, std::span<const Figure* const> group, const Figure& ours) {
  Interval range{.low = std::numeric_limits<double>::max(), .high = std::numeric_limits<double>::lowest()};
  std::vector<std::vector<double>> sorted;
  for (const Figure* figure : group) {
    std::ranges::sort(sorted.emplace_back(figure->summary.values));
    range = {.low = std::min(range.low, quantile(sorted.back(), 0.05)),
             .high = std::max(range.high, quantile(sorted.back(), 0.95))};
  }
  std::string medians;
  for (const Figure* figure : group) {
    medians += fmt::format("{}{} {} {}", medians.empty() ? "Medians: " : ", ", figure->name,
                           bench::number(figure->summary.p50), figure->unit);
  }
  const auto rows = static_cast<double>(group.size());
  Plot plot(++number,
            {.kind = "peers",
             .title = ours.name + " beside its peers",
             .description = medians,
             .x_label = ours.unit,
             .y_label = {}},
            Scale::spanning(range.low, range.high), Scale::from_zero(rows));
  for (std::size_t i = 0; i < group.size(); ++i) {
    const double y = rows - static_cast<double>(i) - 0.65;
    const std::string_view style = group[i] == &ours ? "ours" : "other";
    plot.box(y, {.low = quantile(sorted[i], 0.05), .high = quantile(sorted[i], 0.95)},
             {.low = quantile(sorted[i], 0.25), .high = quantile(sorted[i], 0.75)}, group[i]->summary.p50, style);
    plot.label(y, group[i]->name, style);
  }
  return with_caption(
      plot, fmt::format("What took turns with it; {} is better. Box: the middle half, stroke: the median, line: "
                        "from the 5th to the 95th percentile.",
                        ours.more_is_better ? "more" : "less"));
}

std::string baseline_plot(int& number, const Figure& figure, const EarlierResult& before) {
  const Density density_now(figure.summary.values);
  const Density density_before(before.summary.values);
  const Interval now = range_for(figure.summary.values, density_now);
  const Interval then = range_for(before.summary.values, density_before);
  const Interval range{.low = std::min(now.low, then.low), .high = std::max(now.high, then.high)};
  const auto curve_now = curve_of(density_now, now);
  const auto curve_before = curve_of(density_before, then);
  Plot plot(++number,
            {.kind = "baseline",
             .title = figure.name + " since the baseline",
             .description = fmt::format("Median {} then and {} {} now", bench::number(before.summary.p50),
                                        bench::number(figure.summary.p50), figure.unit),
             .x_label = figure.unit,
             .y_label = "density"},
            Scale::linear(range.low, range.high),
            Scale::from_zero(std::max(highest(curve_now), highest(curve_before))));
  plot.area(curve_before, "before");
  plot.line(curve_before, "before");
  plot.area(curve_now, "ours");
  plot.line(curve_now, "ours");
  plot.upright(before.summary.p50, "before");
  plot.upright(figure.summary.p50, "ours");
  plot.legend("baseline", "before");
  plot.legend("now", "ours");
  return with_caption(plot, figure.change ? change_in_words(*figure.change, figure.judged) : "No change can be told.");
}

}  // namespace voicestand::bench::html
