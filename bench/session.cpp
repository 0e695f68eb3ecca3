#include "bench/session.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bench/round_ratios.h"
#include "bench/table.h"
#include "console.h"
#include "voicestand_version.h"

namespace voicestand::bench {
namespace {

constexpr std::chrono::seconds kSuiteTime{45};
constexpr int kMostAttempts = 4;
constexpr int kQuickRounds = 40;
constexpr Plan kCounted{.sample = Seconds(0), .rounds = 2'000, .longest = Seconds(3'600)};

// Nobody to show it to any more is no reason to stop measuring.
void show(const std::string& text) {
  (void)app::write_out(text);
}

}  // namespace

Session::Session(Depth depth, std::optional<Earlier> earlier)
    : depth_(depth), suite_began_(std::chrono::steady_clock::now()) {
  report_.machine = Machine::read();
  report_.commit = app::kCommit;
  report_.earlier = std::move(earlier);
  show(fmt::format("{}, commit {}\n", line_of(report_.machine), report_.commit));
  if (report_.earlier) show(line_of(*report_.earlier, report_.machine) + "\n");
  if (smoke()) show("a smoke run: the figures mean nothing\n");
}

void Session::begin_suite(const std::string& name) {
  suite_began_ = std::chrono::steady_clock::now();
  show(fmt::format("\n{}\n", name));
}

bool Session::time_for_another(std::chrono::steady_clock::duration attempt) const {
  return std::chrono::steady_clock::now() + attempt < suite_began_ + kSuiteTime;
}

Outcome Session::compare(Comparison comparison, std::optional<Plan> plan) {
  Plan wanted = plan.value_or(Plan{});
  const bool once = depth_ != Depth::kFull;
  if (depth_ == Depth::kQuick) wanted.rounds = std::min(wanted.rounds, kQuickRounds);
  if (depth_ == Depth::kCounted) wanted = kCounted;
  if (depth_ == Depth::kQuick || depth_ == Depth::kCounted)
    std::erase_if(comparison.subjects, [](const Subject& it) { return it.side != Subject::Side::kOurs; });
  if (smoke()) {  // four where they are short: two lengths of turns, as a slope needs
    wanted = {.sample = std::min(wanted.sample, Seconds(0.0002)), .rounds = wanted.sample > Seconds(0) ? 4 : 2};
  }
  Outcome outcome;
  for (int attempt = 1;; ++attempt) {
    const auto began = std::chrono::steady_clock::now();
    outcome = measure(comparison, wanted);
    if (outcome.judged || once || attempt == kMostAttempts) break;
    if (!time_for_another(std::chrono::steady_clock::now() - began)) break;
  }
  if (once) outcome.judged = false;
  for (Figure& figure : outcome.results) {
    figure.judged = outcome.judged;
    hold_against_earlier(figure);
  }
  for (Ratio& ratio : outcome.ratios) {
    ratio.judged = outcome.judged;
    hold_against_earlier(ratio, outcome);
  }
  show(table_of(outcome));
  report_.results.insert(report_.results.end(), outcome.results.begin(), outcome.results.end());
  report_.ratios.insert(report_.ratios.end(), outcome.ratios.begin(), outcome.ratios.end());
  return outcome;
}

void Session::add(Figure figure, bool judged) {
  figure.judged = judged && depth_ == Depth::kFull;
  hold_against_earlier(figure);
  show(line_of(figure, figure.judged));
  report_.results.push_back(std::move(figure));
}

void Session::add(Ratio ratio, bool judged) {
  ratio.judged = judged && depth_ == Depth::kFull;
  show(line_of(ratio, ratio.judged));
  report_.ratios.push_back(std::move(ratio));
}

void Session::hold_against_earlier(Figure& figure) const {
  const EarlierResult* before = report_.earlier ? report_.earlier->find(figure.name, figure.unit) : nullptr;
  if (before != nullptr) figure.change = change_since(before->summary, figure.summary, figure.more_is_better);
}

void Session::hold_against_earlier(Ratio& ratio, const Outcome& outcome) const {
  const Figure* ours = outcome.result_named(ratio.name);
  const Figure* peer = ours != nullptr ? outcome.result_named(ours->group + "/" + ratio.to) : nullptr;
  if (!report_.earlier || peer == nullptr) return;
  const EarlierResult* ours_before = report_.earlier->find(ours->name, ours->unit);
  const EarlierResult* peer_before = report_.earlier->find(peer->name, peer->unit);
  if (ours_before == nullptr || peer_before == nullptr) return;
  ratio.change =
      change_since(round_ratios(ours_before->summary.values, peer_before->summary.values, ours->more_is_better),
                   round_ratios(ours->summary.values, peer->summary.values, ours->more_is_better), true);
}

void Session::add(const Noise& noise) const {
  show(line_of(noise));
}

void Session::note(const std::string& text) const {
  show("  " + text + "\n");
}

}  // namespace voicestand::bench
