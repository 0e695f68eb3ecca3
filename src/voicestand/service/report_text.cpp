#include "voicestand/service/report_text.h"

#include <chrono>
#include <optional>

#include <fmt/format.h>

namespace voicestand::service {
namespace {

constexpr double kMebibyte = 1024.0 * 1024.0;

std::string ms_text(const std::optional<std::chrono::nanoseconds>& duration) {
  if (!duration) return "-";
  return fmt::format("{:.1f}", std::chrono::duration<double, std::milli>(*duration).count());
}

std::string share_text(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

void add_latencies(const Latencies& latencies, std::string& text) {
  text += fmt::format("{:<20} {:>8} {:>9} {:>9} {:>9} {:>9}\n", "latency, ms", "count", "p50", "p95", "p99", "max");
  for (const LatencyStage& stage : kLatencyStages) {
    const auto& histogram = latencies.*stage.histogram;
    text += fmt::format("{:<20} {:>8} {:>9} {:>9} {:>9} {:>9}\n", stage.name, std::to_string(histogram.count()),
                        ms_text(histogram.quantile(0.5)), ms_text(histogram.quantile(0.95)),
                        ms_text(histogram.quantile(0.99)), ms_text(histogram.max()));
  }
}

void add_loads(const Observation& seen, std::string& text) {
  const pipeline::Summary& summary = seen.figures.summary;
  text += "\nthreads  ";
  for (const auto& thread : summary.threads) {
    const auto share = seen.usage.threads.find(thread.name);
    text += fmt::format("{} {}  ", thread.name, share_text(share == seen.usage.threads.end() ? 0 : share->second));
  }
  text += "\ncores    ";
  for (const auto& core : seen.usage.cores) text += fmt::format("{} {}  ", core.core, share_text(core.utilisation));
  text += "\nrings    ";
  for (const auto& ring : summary.rings) text += fmt::format("{} {}  ", ring.name, share_text(ring.fill_ratio));
  text += "\npool     ";
  for (const auto& pool : summary.pool) text += fmt::format("{} of {} blocks  ", pool.in_use, pool.blocks);
  if (const auto bytes = seen.usage.process.resident_bytes)
    text += fmt::format("\nmemory   {:.1f} MiB", static_cast<double>(*bytes) / kMebibyte);
  if (seen.usage.utilisation) text += fmt::format("\nCPU      {} of a core", share_text(*seen.usage.utilisation));
  text += fmt::format(
      "\nlost     {} frames in {} overruns; failures: {} capture, {} conditioning, {} detection, {} recognition\n",
      summary.dropped_frames, summary.overruns, summary.failures.capture, summary.failures.conditioning,
      summary.failures.detection, summary.failures.recognition);
}

}  // namespace

std::string report_text(const Observation& seen, std::string_view state) {
  std::string text = fmt::format("VoiceStand {} {}: {}, {} utterances\n", seen.program.version, seen.program.command,
                                 state, seen.figures.summary.utterances);
  for (const Alert& alert : seen.alerts) {
    if (alert.state != Alert::State::kPending) text += text_of(alert) + "\n";
  }
  if (seen.governor && seen.governor->level > 0) text += text_of(*seen.governor) + "\n";
  if (seen.speech.partial) {
    text += "… " + seen.speech.partial->text + "\n";
  } else if (!seen.speech.utterances.empty()) {
    text += seen.speech.utterances.back().final.text + "\n";
  }
  text += "\n";
  add_latencies(seen.figures.latencies, text);
  add_loads(seen, text);
  return text;
}

}  // namespace voicestand::service
