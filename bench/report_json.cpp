#include "bench/report_json.h"

#include <nlohmann/json.hpp>

namespace voicestand::bench {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Interval& interval) {
  return Json::array({interval.low, interval.high});
}

Json json_of(const Machine& machine) {
  return {{"cpu", machine.cpu}, {"cores", machine.cores}, {"isa", machine.isa}, {"kernel", machine.kernel}};
}

Json json_of(const Figure& figure) {
  const Summary& summary = figure.summary;
  return {{"suite", figure.suite},    {"name", figure.name},  {"unit", figure.unit},
          {"samples", summary.count}, {"mean", summary.mean}, {"p50", summary.p50},
          {"p99", summary.p99},       {"max", summary.max},   {"ci95", json_of(summary.ci95)}};
}

Json json_of(const Ratio& ratio) {
  return {{"suite", ratio.suite},        {"name", ratio.name}, {"value", ratio.value},
          {"ci95", json_of(ratio.ci95)}, {"of", ratio.of},     {"to", ratio.to}};
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
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace voicestand::bench
