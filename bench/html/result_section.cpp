#include "bench/html/result_section.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "bench/html/escape.h"
#include "bench/html/plots.h"
#include "bench/outliers.h"
#include "bench/regression.h"
#include "bench/table.h"

namespace voicestand::bench::html {
namespace {

std::string row(std::string_view name, double value, const std::optional<Interval>& bounds) {
  return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>", name, number(value),
                     bounds ? interval(*bounds) : "");
}

std::string figures_of(const Figure& figure) {
  const Summary& it = figure.summary;
  std::string table = fmt::format(
      "<div class=\"wide\"><table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th>"
      "<th scope=\"col\">95 % interval</th></tr></thead><tbody>",
      fmt::format("{} samples", it.count), escaped(figure.unit));
  table += row("median", it.p50, it.ci95) + row("mean", it.mean, it.mean_ci95);
  if (figure.slope) table += row("slope", figure.slope->value, figure.slope->ci95);
  table += row("99th percentile", it.p99, std::nullopt) + row("greatest", it.max, std::nullopt);
  return table + "</tbody></table></div>\n";
}

std::string outliers_of(const Summary& summary) {
  const OutlierCounts counts = count(classify(summary.values));
  if (counts.all() == 0) return "<p>No outliers.</p>\n";
  return fmt::format(
      "<p>Outliers: {} low severe, {} low mild, {} high mild, {} high severe; {:.1f} % of the samples. None is left "
      "out.</p>\n",
      counts.low_severe, counts.low_mild, counts.high_mild, counts.high_severe,
      100 * static_cast<double>(counts.all()) / static_cast<double>(summary.values.size()));
}

// Those that took turns with it; nobody where it is no result of ours that is held against peers.
std::vector<const Figure*> group_of(const Report& report, const Figure& figure) {
  std::vector<const Figure*> group;
  if (figure.group.empty() || std::ranges::find(report.ratios, figure.name, &Ratio::name) == report.ratios.end())
    return group;
  for (const Figure& other : report.results) {
    if (other.group == figure.group && other.unit == figure.unit && !other.summary.values.empty())
      group.push_back(&other);
  }
  return group;
}

std::string plots_of(const Report& report, const Figure& figure, int& plots) {
  if (figure.summary.values.size() < 2) return {};
  std::string all = "<div class=\"plots\">\n" + density_plot(plots, figure);
  if (have_slope(figure.turns)) all += regression_plot(plots, figure);
  all += samples_plot(plots, figure);
  if (const auto group = group_of(report, figure); group.size() > 1) all += peers_plot(plots, group, figure);
  const EarlierResult* before = report.earlier ? report.earlier->find(figure.name, figure.unit) : nullptr;
  if (before != nullptr && !before->summary.values.empty()) all += baseline_plot(plots, figure, *before);
  return all + "</div>\n";
}

}  // namespace

std::string anchor_of(std::size_t place) {
  return fmt::format("r{}", place);
}

std::string section_of(const Report& report, std::size_t place, int& plots) {
  const Figure& figure = report.results.at(place);
  std::string section =
      fmt::format("<section id=\"{}\"><h3>{}</h3>\n{}", anchor_of(place), escaped(figure.name), figures_of(figure));
  if (!figure.judged) section += "<p class=\"open\">Not judged: too much else went on, or it was too short.</p>\n";
  if (figure.change)
    section += fmt::format("<p>Since the baseline: {}.</p>\n", escaped(change_in_words(*figure.change, figure.judged)));
  if (figure.summary.values.size() > 1) section += outliers_of(figure.summary);
  return section + plots_of(report, figure, plots) + "<p><a href=\"#top\">to the top</a></p></section>\n";
}

}  // namespace voicestand::bench::html
