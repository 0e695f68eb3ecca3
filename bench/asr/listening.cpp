#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/asr/comparisons.h"
#include "bench/asr/listen_run.h"
#include "bench/bootstrap.h"
#include "bench/stripped_size.h"
#include "voicestand/lib/posix/sibling_program.h"

namespace voicestand::bench::asr {
namespace {

struct Bars {
  double release_to_text_ms;
  double peak_rss_mib;
};
constexpr Bars kBaseBars{.release_to_text_ms = 50, .peak_rss_mib = 100};
constexpr Bars kTinyBars{.release_to_text_ms = 30, .peak_rss_mib = 60};
constexpr double kFirstPartialBarMs = 500;
constexpr double kStartBarMs = 100;
constexpr double kBinaryBarMib = 1.4;

constexpr double kMost = 0.95;  // the share that a promise is for
constexpr std::size_t kClips = 12;
constexpr std::array kLengthsS{2.3, 3.7, 5.3};
constexpr double kLongestS = 12;  // as long as what is recognised in one piece ever gets, for the memory
constexpr int kStarts = 25;

double ms(Seconds duration) {
  return duration.count() * 1e3;
}

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
void add_waits(Session& session, const std::string& name, const std::vector<double>& waits_ms, double bar_ms,
               bool judged) {
  if (waits_ms.empty()) return session.note(name + " is left out: there was none");
  session.add(Figure{.suite = "asr", .name = name, .unit = "ms", .summary = summarise(waits_ms), .bar = {}});
  std::vector<double> sorted = waits_ms;
  std::ranges::sort(sorted);
  Figure most = single(name + "/p95", "ms", quantile(sorted, kMost), sorted.size(), below(bar_ms));
  most.summary.ci95 = quantile_interval(sorted, kMost);
  session.add(most, judged);
}

}  // namespace

Result<void> measure_listening(Session& session, const AsrModel& model, Clips& clips) {
  const Bars& bars = model.name == "base" ? kBaseBars : kTinyBars;
  auto files = clips.spread(session.choose<std::size_t>(kClips, 1), kLengthsS);
  if (!files) return std::unexpected(std::move(files.error()));
  if (!session.smoke()) {
    auto longest = clips.cut(0, kLongestS);
    if (!longest) return std::unexpected(std::move(longest.error()));
    files->push_back(std::move(*longest));
  }

  std::vector<double> releases;
  std::vector<double> first_partials;
  double peak_mib = 0;
  const NoiseWatch watch;
  for (const std::string& file : *files) {
    const auto run = listen(model.id, file, {"--push-to-talk"});
    if (!run) return std::unexpected(run.error());
    if (run->release_to_final) releases.push_back(ms(*run->release_to_final));
    if (run->first_partial) first_partials.push_back(ms(*run->first_partial));
    peak_mib = std::max(peak_mib, run->peak_rss_mib);
  }
  const Noise noise = watch.so_far();
  add_waits(session, "asr/release-to-text/" + model.name, releases, bars.release_to_text_ms, noise.quiet());
  add_waits(session, "asr/first-partial/" + model.name, first_partials, kFirstPartialBarMs, noise.quiet());
  session.add(single("asr/peak-rss/" + model.name, "MiB", peak_mib, files->size(), below(bars.peak_rss_mib)));
  session.note(fmt::format("{} clips of {}: with so few, the 95th percentile lies between the worst of them",
                           files->size(), clips.source()));
  session.add(noise);
  return {};
}

Result<void> measure_start(Session& session, Clips& clips) {
  const auto file = clips.cut(0, 0.1);
  if (!file) return std::unexpected(file.error());
  std::vector<double> starts;
  const NoiseWatch watch;
  for (int i = 0; i < session.choose(kStarts, 2); ++i) {
    const auto run = listen("moonshine-base-en", *file);
    if (!run) return std::unexpected(run.error());
    if (i > 0) starts.push_back(ms(run->start_to_ready));  // the first has filled the page cache
  }
  const Noise noise = watch.so_far();
  session.add(Figure{.suite = "asr",
                     .name = "asr/start-to-ready/base",
                     .unit = "ms",
                     .summary = summarise(starts),
                     .bar = below(kStartBarMs)},
              noise.quiet());
  session.add(noise);
  return {};
}

void measure_binary(Session& session) {
  constexpr const char* kName = "asr/binary-size";
  const auto bytes = stripped_size(posix::sibling_program("voicestand"));
  if (!bytes) return session.note(std::string(kName) + " is left out: " + bytes.error().message());
  session.add(single(kName, "MiB", static_cast<double>(*bytes) / 1024 / 1024, 1, below(kBinaryBarMib)));
}

}  // namespace voicestand::bench::asr
