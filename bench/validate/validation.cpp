#include "bench/validate/validation.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/html/escape.h"
#include "bench/html/style.h"

namespace voicestand::bench {
namespace {

using Json = nlohmann::ordered_json;

std::string_view verdict(const Target& target) {
  if (!target.pass) return "open";
  return *target.pass ? "pass" : "MISS";
}

std::string_view sign(const Target& target) {
  return target.sense == Target::Sense::kAtMost ? "<=" : ">=";
}

std::string value(const Target& target) {
  return target.measured ? fmt::format("{:.4g}", *target.measured) : "-";
}

template <typename T>
Json or_null(const std::optional<T>& known) {
  return known ? Json(*known) : Json();
}

std::string machine_of(const Validation& validation) {
  return fmt::format("{}, {} cores, {}, Linux {}, commit {}", validation.machine.cpu, validation.machine.cores,
                     validation.machine.isa, validation.machine.kernel, validation.commit);
}

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>VoiceStand: validation</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<style>)";

}  // namespace

bool Validation::pass() const noexcept {
  return std::ranges::all_of(targets, [](const Target& target) { return target.pass.value_or(false); });
}

bool Validation::missed() const noexcept {
  return std::ranges::any_of(targets, [](const Target& target) { return !target.pass.value_or(true); });
}

std::string text_of(const Validation& validation) {
  std::string text = machine_of(validation) + "\n\n";
  for (const Target& target : validation.targets) {
    text += fmt::format("{:<5}{:<24}{:>9}  {} {:<6}{:<5} {}\n", verdict(target), target.name, value(target),
                        sign(target), target.limit, target.unit, target.how);
  }
  text += "\nthis machine\n";
  for (const Hardware& entry : validation.hardware)
    text += fmt::format("{:<8}{:<22}{}\n", entry.state, entry.name, entry.found);
  return text;
}

std::string json_of(const Validation& validation) {
  Json targets = Json::array();
  for (const Target& target : validation.targets) {
    targets.push_back({{"name", target.name},
                       {"limit", target.limit},
                       {"measured", or_null(target.measured)},
                       {"unit", target.unit},
                       {"pass", or_null(target.pass)},
                       {"how", target.how}});
  }
  Json hardware = Json::array();
  for (const Hardware& entry : validation.hardware)
    hardware.push_back({{"name", entry.name}, {"state", entry.state}, {"found", entry.found}});
  const Machine& machine = validation.machine;
  const Json document{
      {"pass", validation.pass()},
      {"targets", std::move(targets)},
      {"hardware", std::move(hardware)},
      {"machine", {{"cpu", machine.cpu}, {"cores", machine.cores}, {"isa", machine.isa}, {"kernel", machine.kernel}}},
      {"commit", validation.commit}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string html_of(const Validation& validation) {
  std::string page = std::string(kHead) + html::kStyle + "</style></head><body>\n";
  page += "<h1>What VoiceStand promises, on this machine</h1>\n<p>" + html::escaped(machine_of(validation)) + "</p>\n";
  page += "<table id=\"targets\"><tr><th>Target</th><th>Measured</th><th>Limit</th><th></th><th>How</th></tr>\n";
  for (const Target& target : validation.targets) {
    const std::string_view is = verdict(target);
    const std::string_view style = is == "pass" ? "good" : is == "MISS" ? "bad" : "open";
    page += fmt::format(
        "<tr><td>{}</td><td>{} {}</td><td>{} {} {}</td><td class=\"{}\">{}</td>"
        "<td>{}</td></tr>\n",
        html::escaped(target.name), value(target), html::escaped(target.unit),
        target.sense == Target::Sense::kAtMost ? "≤" : "≥", target.limit, html::escaped(target.unit), style, is,
        html::escaped(target.how));
  }
  page += "</table>\n<h2>Hardware</h2>\n<table id=\"hardware\"><tr><th>Part</th><th></th><th>Found</th></tr>\n";
  for (const Hardware& entry : validation.hardware) {
    page += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", html::escaped(entry.name),
                        html::escaped(entry.state), html::escaped(entry.found));
  }
  return page + "</table>\n</body></html>\n";
}

}  // namespace voicestand::bench
