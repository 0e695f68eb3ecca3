#include "bench/table.h"

#include <optional>

#include <fmt/format.h>

namespace voicestand::bench {
namespace {

constexpr int kNameWidth = 36;

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f} %", *share * 100) : "unknown";
}

std::string bar_of(const std::optional<Bar>& bar, const Interval& figure, bool judged) {
  return bar ? "   " + verdict(*bar, figure, judged) : std::string();
}

std::string since_baseline(const std::optional<Change>& change, bool judged) {
  if (!change) return {};
  return fmt::format("{:<{}} {}\n", "    since the baseline", kNameWidth, change_in_words(*change, judged));
}

}  // namespace

std::string number(double value) {
  return fmt::format("{:.4g}", value);
}

std::string interval(const Interval& it) {
  return fmt::format("[{}, {}]", number(it.low), number(it.high));
}

std::string verdict(const Bar& bar, const Interval& figure, bool judged) {
  std::string limit = fmt::format("bar {} {}: ", bar.sign(), number(bar.limit));
  if (!judged) return limit + "not judged";
  switch (bar.judge(figure)) {
    case Bar::Verdict::kMet:
      return limit + "met";
    case Bar::Verdict::kMissed:
      return limit + "missed";
    case Bar::Verdict::kOpen:
      return limit + "open, the interval holds it";
  }
  return limit;
}

std::string change_in_words(const Change& change, bool judged) {
  std::string words =
      fmt::format("{:+.1f} % [{:+.1f}, {:+.1f}]", change.value * 100, change.ci95.low * 100, change.ci95.high * 100);
  if (change.chance) words += fmt::format(", p {:.2g}", *change.chance);
  return words + ": " + std::string(judged ? words_for(change.verdict) : "not judged");
}

std::string line_of(const Figure& figure, bool judged) {
  const Summary& it = figure.summary;
  std::string text = fmt::format("{:<{}} {:>9} {:<9} {:<20} mean {:<9} p99 {:<9} max {}{}\n", figure.name, kNameWidth,
                                 number(it.p50), figure.unit, interval(it.ci95), number(it.mean), number(it.p99),
                                 number(it.max), bar_of(figure.bar, it.ci95, judged));
  return text + since_baseline(figure.change, judged);
}

std::string line_of(const Ratio& ratio, bool judged) {
  std::string text =
      fmt::format("{:<{}} {:>9} {:<9} {:<20}{}\n", fmt::format("  {} to {}", ratio.name, ratio.to), kNameWidth,
                  number(ratio.value), "x", interval(ratio.ci95), bar_of(ratio.bar, ratio.ci95, judged));
  return text + since_baseline(ratio.change, judged);
}

std::string line_of(const Noise& noise) {
  return fmt::format("  steal {}, others waiting for a core {}, {} involuntary switches{}\n", percent(noise.steal),
                     percent(noise.pressure), noise.involuntary_switches,
                     noise.quiet() ? "" : ": too much else went on, not judged");
}

std::string line_of(const Machine& machine) {
  std::string text = fmt::format("{}, {} cores, {}, Linux {}", machine.cpu, machine.cores, machine.isa, machine.kernel);
  if (machine.governor) text += fmt::format(", governor {}", *machine.governor);
  if (machine.frequency_mhz) text += fmt::format(", {:.0f} MHz", *machine.frequency_mhz);
  return text;
}

std::string line_of(const Earlier& earlier, const Machine& now) {
  return fmt::format("held against {} of commit {}{}", earlier.path, earlier.commit,
                     earlier.on(now) ? "" : ", which was another machine: " + line_of(earlier.machine));
}

std::string table_of(const Outcome& outcome) {
  std::string text;
  for (const Figure& figure : outcome.results) text += line_of(figure, outcome.judged);
  for (const Ratio& ratio : outcome.ratios) text += line_of(ratio, outcome.judged);
  return text + line_of(outcome.noise);
}

}  // namespace voicestand::bench
