#include "bench/session.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bench/table.h"
#include "console.h"
#include "voicestand_version.h"

namespace voicestand::bench {
namespace {

constexpr std::chrono::seconds kSuiteTime{45};
constexpr int kMostAttempts = 4;

// Nobody to show it to any more is no reason to stop measuring.
void show(const std::string& text) {
  (void)app::write_out(text);
}

}  // namespace

Session::Session(Depth depth) : depth_(depth), suite_began_(std::chrono::steady_clock::now()) {
  report_.machine = Machine::read();
  report_.commit = app::kCommit;
  show(fmt::format("{}, {} cores, {}, Linux {}, commit {}\n", report_.machine.cpu, report_.machine.cores,
                   report_.machine.isa, report_.machine.kernel, report_.commit));
  if (smoke()) show("a smoke run: the figures mean nothing\n");
}

void Session::begin_suite(const std::string& name) {
  suite_began_ = std::chrono::steady_clock::now();
  show(fmt::format("\n{}\n", name));
}

bool Session::time_for_another(std::chrono::steady_clock::duration attempt) const {
  return std::chrono::steady_clock::now() + attempt < suite_began_ + kSuiteTime;
}

Outcome Session::compare(const Comparison& comparison, std::optional<Plan> plan) {
  Plan wanted = plan.value_or(Plan{});
  if (smoke()) wanted = {.sample = std::min(wanted.sample, Seconds(0.0002)), .rounds = 2};
  Outcome outcome;
  for (int attempt = 1;; ++attempt) {
    const auto began = std::chrono::steady_clock::now();
    outcome = measure(comparison, wanted);
    if (outcome.judged || smoke() || attempt == kMostAttempts) break;
    if (!time_for_another(std::chrono::steady_clock::now() - began)) break;
  }
  if (smoke()) outcome.judged = false;
  show(table_of(outcome));
  report_.results.insert(report_.results.end(), outcome.results.begin(), outcome.results.end());
  report_.ratios.insert(report_.ratios.end(), outcome.ratios.begin(), outcome.ratios.end());
  return outcome;
}

void Session::add(const Figure& figure, bool judged) {
  show(line_of(figure, judged && !smoke()));
  report_.results.push_back(figure);
}

void Session::add(const Ratio& ratio, bool judged) {
  show(line_of(ratio, judged && !smoke()));
  report_.ratios.push_back(ratio);
}

void Session::add(const Noise& noise) const {
  show(line_of(noise));
}

void Session::note(const std::string& text) const {
  show("  " + text + "\n");
}

}  // namespace voicestand::bench
