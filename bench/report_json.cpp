#include "bench/report_json.h"

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench/change.h"
#include "bench/json.h"
#include "bench/outliers.h"

namespace voicestand::bench {
namespace {

Json json_of(const Interval& interval) {
  return Json::array({interval.low, interval.high});
}

Json json_of(const Change& change);

template <typename T>
Json json_or_null(const std::optional<T>& value) {
  return value ? json_of(*value) : Json(nullptr);
}

// Six digits: no clock knows more, and a file of all of them stays small.
double rounded(double value) {
  return std::strtod(fmt::format("{:.6g}", value).c_str(), nullptr);
}

// In the order in which they were taken; what a later run is held against.
Json values_of(const Summary& summary) {
  if (summary.values.empty()) return nullptr;
  Json list = Json::array();
  for (const double value : summary.values) list.push_back(rounded(value));
  return list;
}

Json iterations_of(const std::vector<Turn>& turns) {
  if (turns.empty()) return nullptr;
  Json list = Json::array();
  for (const Turn& turn : turns) list.push_back(turn.iterations);
  return list;
}

Json outliers_of(const Summary& summary) {
  if (summary.values.empty()) return nullptr;
  const OutlierCounts counts = count(classify(summary.values));
  return {{"low_severe", counts.low_severe},
          {"low_mild", counts.low_mild},
          {"high_mild", counts.high_mild},
          {"high_severe", counts.high_severe}};
}

Json json_of(const Change& change) {
  return {{"value", change.value},
          {"ci95", json_of(change.ci95)},
          {"p", or_null(change.chance)},
          {"probability", or_null(change.probability())},
          {"verdict", name_of(change.verdict)}};
}

Json json_of(const Figure& figure) {
  const Summary& summary = figure.summary;
  return {{"suite", figure.suite},
          {"name", figure.name},
          {"unit", figure.unit},
          {"samples", summary.count},
          {"mean", summary.mean},
          {"p50", summary.p50},
          {"p99", summary.p99},
          {"max", summary.max},
          {"ci95", json_of(summary.ci95)},
          {"mean_ci95", json_or_null(summary.mean_ci95)},
          {"slope", figure.slope ? Json(figure.slope->value) : Json(nullptr)},
          {"slope_ci95", figure.slope ? json_of(figure.slope->ci95) : Json(nullptr)},
          {"outliers", outliers_of(summary)},
          {"judged", figure.judged},
          {"change", json_or_null(figure.change)},
          {"iterations", iterations_of(figure.turns)},
          {"values", values_of(summary)}};
}

Json json_of(const Ratio& ratio) {
  return {{"suite", ratio.suite},        {"name", ratio.name},     {"value", ratio.value},
          {"ci95", json_of(ratio.ci95)}, {"of", ratio.of},         {"to", ratio.to},
          {"p", or_null(ratio.chance)},  {"judged", ratio.judged}, {"change", json_or_null(ratio.change)}};
}

template <typename T>
Json list_of(const std::vector<T>& entries) {
  Json list = Json::array();
  for (const T& entry : entries) list.push_back(json_of(entry));
  return list;
}

}  // namespace

std::string to_json(const Report& report) {
  const Json document{{"schema", 1},
                      {"machine", json_of(report.machine)},
                      {"commit", report.commit},
                      {"results", list_of(report.results)},
                      {"ratios", list_of(report.ratios)}};
  return line_of(document);
}

}  // namespace voicestand::bench
