#include "bench/validate/validation.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "bench/html/escape.h"
#include "bench/html/page.h"
#include "bench/json.h"
#include "bench/table.h"

namespace voicestand::bench {
namespace {

std::string_view verdict(const Target& target) {
  if (!target.pass) return "open";
  return *target.pass ? "pass" : "MISS";
}

std::string measured_by(const Target& target) {
  return target.measured ? number(*target.measured) : "-";
}

std::string limit_of(const Target& target) {
  return fmt::format("{} {} {}", target.promise.bar.sign(), number(target.promise.bar.limit), target.promise.unit);
}

std::string machine_of(const Validation& validation) {
  return fmt::format("{}, commit {}", line_of(validation.machine), validation.commit);
}

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
    text += fmt::format("{:<5}{:<24}{:>9}  {:<14}{}\n", verdict(target), target.promise.name, measured_by(target),
                        limit_of(target), target.how);
  }
  text += "\nthis machine\n";
  for (const Hardware& entry : validation.hardware)
    text += fmt::format("{:<8}{:<22}{}\n", entry.state, entry.name, entry.found);
  return text;
}

std::string json_of(const Validation& validation) {
  Json targets = Json::array();
  for (const Target& target : validation.targets) {
    targets.push_back({{"name", target.promise.name},
                       {"limit", target.promise.bar.limit},
                       {"measured", or_null(target.measured)},
                       {"unit", target.promise.unit},
                       {"pass", or_null(target.pass)},
                       {"how", target.how}});
  }
  Json hardware = Json::array();
  for (const Hardware& entry : validation.hardware)
    hardware.push_back({{"name", entry.name}, {"state", entry.state}, {"found", entry.found}});
  return line_of(Json{{"pass", validation.pass()},
                      {"targets", std::move(targets)},
                      {"hardware", std::move(hardware)},
                      {"machine", json_of(validation.machine)},
                      {"commit", validation.commit}});
}

std::string html_of(const Validation& validation) {
  std::string body = "<p>" + html::escaped(machine_of(validation)) + "</p>\n";
  body += "<table id=\"targets\"><tr><th>Target</th><th>Measured</th><th>Limit</th><th></th><th>How</th></tr>\n";
  for (const Target& target : validation.targets) {
    const std::string_view is = verdict(target);
    const std::string_view style = is == "pass" ? "good" : is == "MISS" ? "bad" : "open";
    body += fmt::format(
        "<tr><td>{}</td><td>{} {}</td><td>{}</td><td class=\"{}\">{}</td>"
        "<td>{}</td></tr>\n",
        html::escaped(target.promise.name), measured_by(target), html::escaped(target.promise.unit),
        html::escaped(limit_of(target)), style, is, html::escaped(target.how));
  }
  body += "</table>\n<h2>Hardware</h2>\n<table id=\"hardware\"><tr><th>Part</th><th></th><th>Found</th></tr>\n";
  for (const Hardware& entry : validation.hardware) {
    body += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", html::escaped(entry.name),
                        html::escaped(entry.state), html::escaped(entry.found));
  }
  return html::page_of("What VoiceStand promises, on this machine", body + "</table>\n");
}

}  // namespace voicestand::bench
