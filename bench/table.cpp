#include "bench/table.h"

#include <optional>

#include <fmt/format.h>

namespace voicestand::bench {
namespace {

constexpr int kNameWidth = 36;

// Four digits that say something, whatever the size.
std::string number(double value) {
  return fmt::format("{:.4g}", value);
}

std::string interval(const Interval& it) {
  return fmt::format("[{}, {}]", number(it.low), number(it.high));
}

std::string verdict(const std::optional<Bar>& bar, const Interval& figure, bool judged) {
  if (!bar) return {};
  std::string limit =
      fmt::format("   bar {} {}: ", bar->sense == Bar::Sense::kAtLeast ? ">=" : "<", number(bar->limit));
  if (!judged) return limit + "not judged";
  switch (bar->judge(figure)) {
    case Bar::Verdict::kMet:
      return limit + "met";
    case Bar::Verdict::kMissed:
      return limit + "missed";
    case Bar::Verdict::kOpen:
      return limit + "open, the interval holds it";
  }
  return limit;
}

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f} %", *share * 100) : "unknown";
}

}  // namespace

std::string line_of(const Figure& figure, bool judged) {
  const Summary& it = figure.summary;
  return fmt::format("{:<{}} {:>9} {:<9} {:<20} mean {:<9} p99 {:<9} max {}{}\n", figure.name, kNameWidth,
                     number(it.p50), figure.unit, interval(it.ci95), number(it.mean), number(it.p99), number(it.max),
                     verdict(figure.bar, it.ci95, judged));
}

std::string line_of(const Ratio& ratio, bool judged) {
  return fmt::format("{:<{}} {:>9} {:<9} {:<20}{}\n", fmt::format("  {} to {}", ratio.name, ratio.to), kNameWidth,
                     number(ratio.value), "x", interval(ratio.ci95), verdict(ratio.bar, ratio.ci95, judged));
}

std::string line_of(const Noise& noise) {
  return fmt::format("  steal {}, others waiting for a core {}, {} involuntary switches{}\n", percent(noise.steal),
                     percent(noise.pressure), noise.involuntary_switches,
                     noise.quiet() ? "" : ": too much else went on, not judged");
}

std::string table_of(const Outcome& outcome) {
  std::string text;
  for (const Figure& figure : outcome.results) text += line_of(figure, outcome.judged);
  for (const Ratio& ratio : outcome.ratios) text += line_of(ratio, outcome.judged);
  return text + line_of(outcome.noise);
}

}  // namespace voicestand::bench
