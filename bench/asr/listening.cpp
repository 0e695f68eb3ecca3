#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/asr/comparisons.h"
#include "bench/asr/dictation.h"
#include "bench/asr/listen_run.h"
#include "bench/bootstrap.h"
#include "bench/promises.h"
#include "bench/stripped_size.h"
#include "bench/unit.h"
#include "voicestand/lib/posix/sibling_program.h"

namespace voicestand::bench::asr {
namespace {

struct Bars {
  Bar release_to_text;
  Bar peak_rss;
};
constexpr Bars kBaseBars{.release_to_text = promises::kReleaseToText.bar, .peak_rss = promises::kPeakRss.bar};
constexpr Bars kTinyBars{.release_to_text = at_most(30), .peak_rss = at_most(60)};
constexpr Bar kFirstPartialBar = at_most(500);  // ms
constexpr Bar kStartBar = at_most(100);         // ms

constexpr double kMost = 0.95;  // the share that a promise is for
constexpr std::size_t kUtterances = 13;
constexpr std::size_t kCutOff = 6;
constexpr int kStarts = 25;

// A single value, however many samples it was found among.
Figure single(std::string name, std::string unit, double value, std::size_t samples, Bar bar) {
  return {.suite = "asr",
          .name = std::move(name),
          .unit = std::move(unit),
          .summary = {.count = samples,
                      .mean = value,
                      .p50 = value,
                      .p99 = value,
                      .max = value,
                      .ci95 = {.low = value, .high = value}},
          .bar = bar};
}

// All of them, and then what 95 % of them do not exceed, for which the bar is.
void add_waits(Session& session, const std::string& name, const std::vector<double>& waits_ms, Bar bar, bool judged) {
  if (waits_ms.empty()) return session.note(name + " is left out: there was none");
  session.add(Figure{.suite = "asr", .name = name, .unit = "ms", .summary = summarise(waits_ms), .bar = {}});
  std::vector<double> sorted = waits_ms;
  std::ranges::sort(sorted);
  Figure most = single(name + "/p95", "ms", quantile(sorted, kMost), sorted.size(), bar);
  most.summary.ci95 = quantile_interval(sorted, kMost);
  session.add(most, judged);
}

}  // namespace

Result<void> measure_listening(Session& session, const AsrModel& model, Clips& clips) {
  const Bars& bars = model.name == kBaseModel.name ? kBaseBars : kTinyBars;
  const auto files = clips.utterances(session.choose<std::size_t>(kUtterances, 1));
  if (!files) return std::unexpected(files.error());
  const auto heard = dictate(model, *files);
  if (!heard) return std::unexpected(heard.error());
  const bool quiet = heard->noise.quiet();
  add_waits(session, "asr/release-to-text/" + model.name, heard->release_to_final_ms, bars.release_to_text, quiet);
  add_waits(session, "asr/first-partial/" + model.name, heard->first_partial_ms, kFirstPartialBar, quiet);
  session.add(single("asr/peak-rss/" + model.name, "MiB", heard->peak_rss_mib, files->size(), bars.peak_rss));
  const auto cut_off = clips.cut_off(session.choose<std::size_t>(kCutOff, 1));
  if (!cut_off) return std::unexpected(cut_off.error());
  const auto surprised = dictate(model, *cut_off);
  if (!surprised) return std::unexpected(surprised.error());
  add_waits(session, "asr/release-to-text/cut-off/" + model.name, surprised->release_to_final_ms, {},
            surprised->noise.quiet());
  session.note(fmt::format("{} clips of {}: with so few, the 95th percentile lies between the worst of them",
                           files->size(), clips.source()));
  session.add(heard->noise);
  return {};
}

Result<void> measure_start(Session& session, Clips& clips) {
  const auto file = clips.cut(0, 0.1);
  if (!file) return std::unexpected(file.error());
  std::vector<double> starts;
  const NoiseWatch watch;
  for (int i = 0; i < session.choose(kStarts, 2); ++i) {
    const auto run = listen(kBaseModel.id, *file);
    if (!run) return std::unexpected(run.error());
    if (i > 0) starts.push_back(ms_of(run->start_to_ready));  // the first has filled the page cache
  }
  const Noise noise = watch.so_far();
  session.add(Figure{.suite = "asr",
                     .name = "asr/start-to-ready/base",
                     .unit = "ms",
                     .summary = summarise(starts),
                     .bar = kStartBar},
              noise.quiet());
  session.add(noise);
  return {};
}

void measure_binary(Session& session) {
  constexpr const char* kName = "asr/binary-size";
  const auto bytes = stripped_size(posix::sibling_program("voicestand"));
  if (!bytes) return session.note(std::string(kName) + " is left out: " + bytes.error().message());
  session.add(single(kName, "MiB", mib_of(*bytes), 1, promises::kBinary.bar));
}

}  // namespace voicestand::bench::asr
