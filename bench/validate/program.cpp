#include "bench/validate/program.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/asr/child_lines.h"
#include "bench/asr/clips.h"
#include "bench/asr/listen_run.h"
#include "bench/carried_memory.h"
#include "bench/noise.h"
#include "bench/statistics.h"
#include "bench/stripped_size.h"
#include "voicestand/lib/posix/child_process.h"
#include "voicestand/lib/posix/sibling_program.h"

namespace voicestand::bench {
namespace {

using Json = nlohmann::json;

constexpr const char* kModel = "moonshine-base-en";
constexpr double kMib = 1024.0 * 1024.0;

struct Dictation {
  std::vector<double> releases_ms;
  double peak_rss_mib = 0;
  std::uint64_t overruns = 0;
  std::optional<std::uint64_t> allocations;
};

Result<Dictation> dictate(const std::vector<std::string>& clips) {
  Dictation all;
  for (const std::string& clip : clips) {
    const auto run = listen(kModel, clip, {"--push-to-talk"});
    if (!run) return std::unexpected(run.error());
    if (run->release_to_final) all.releases_ms.push_back(run->release_to_final->count() * 1e3);
    all.peak_rss_mib = std::max(all.peak_rss_mib, run->peak_rss_mib);
    all.overruns += run->overruns + (run->dropped_frames > 0 ? 1 : 0);
    if (run->realtime_allocations) all.allocations = all.allocations.value_or(0) + *run->realtime_allocations;
  }
  if (all.releases_ms.empty()) return fail(Errc::kBadData, "no clip became text", kModel, "run 'voicestand listen'");
  std::ranges::sort(all.releases_ms);
  return all;
}

}  // namespace

Result<void> measure_dictation(DictationTargets targets) {
  constexpr std::size_t kClips = 18;
  constexpr std::array kLengthsS{2.3, 3.7, 5.3};
  constexpr double kLongestS = 12;
  constexpr int kAttempts = 2;
  auto clips = Clips::open();
  if (!clips) return std::unexpected(std::move(clips.error()));
  auto files = clips->spread(kClips, kLengthsS);
  if (!files) return std::unexpected(std::move(files.error()));
  auto longest = clips->cut(0, kLongestS);
  if (!longest) return std::unexpected(std::move(longest.error()));
  files->push_back(std::move(*longest));
  const std::string runs = fmt::format("{} runs of listen --push-to-talk at the clock's pace, {}, clips of 2 to 12 s",
                                       files->size(), kModel);
  for (int attempt = 0; attempt < kAttempts && !targets.release_to_text.pass.value_or(false); ++attempt) {
    const NoiseWatch watch;
    const auto found = dictate(*files);
    if (!found) return std::unexpected(found.error());
    const bool quiet = watch.so_far().quiet();
    targets.release_to_text.judge(quantile(found->releases_ms, 0.95), quiet,
                                  runs + fmt::format("; median {:.3g} ms", quantile(found->releases_ms, 0.5)));
    targets.peak_rss.judge(found->peak_rss_mib, true, "the kernel's count, model included; " + runs);
    targets.overruns.judge(static_cast<double>(found->overruns), quiet, "frames lost in " + runs);
    if (found->allocations) {
      targets.realtime_allocations.judge(static_cast<double>(*found->allocations), true,
                                         "heap calls on audio threads in " + runs);
    } else {
      targets.realtime_allocations.leave_open("this build does not count them");
    }
  }
  return {};
}

Result<void> measure_audio_path_memory(Target& target) {
  constexpr std::chrono::seconds kSettled{4};  // whatever happens once has happened
  auto clips = Clips::open();
  if (!clips) return std::unexpected(std::move(clips.error()));
  const auto clip = clips->cut(0, 30);
  if (!clip) return std::unexpected(clip.error());
  auto program = posix::ChildProcess::spawn({.argv = {posix::sibling_program("voicestand"), "listen", "--no-asr",
                                                      "--json", "--pace", "realtime", "--input", *clip},
                                             .descriptors = {}});
  if (!program) return std::unexpected(std::move(program.error()));
  if (program->wait_for(kSettled))
    return fail(Errc::kBadData, "the program did not listen", *clip, "run 'voicestand listen --no-asr' on a recording");
  const auto bytes = carried_bytes_of(program->pid());
  if (!bytes) return std::unexpected(bytes.error());
  target.judge(
      static_cast<double>(*bytes) / kMib, true,
      "all memory of listen --no-asr after 4 s, its files' pages as if they were its own, without the C library");
  return {};
}

Result<void> measure_binary_size(Target& target) {
  const auto bytes = stripped_size(posix::sibling_program("voicestand"));
  if (!bytes) return std::unexpected(bytes.error());
  target.judge(static_cast<double>(*bytes) / kMib, true, "voicestand after strip");
  return {};
}

Result<std::vector<Hardware>> hardware_of_this_machine() {
  auto lines = ChildLines::open();
  if (!lines) return std::unexpected(std::move(lines.error()));
  auto doctor = posix::ChildProcess::spawn(
      {.argv = {posix::sibling_program("voicestand"), "doctor", "--json"}, .descriptors = {{lines->child_end(), 1}}});
  if (!doctor) return std::unexpected(std::move(doctor.error()));
  lines->close_child_end();
  std::string text;
  while (const auto line = lines->next()) text += *line;
  const Json said = Json::parse(text, nullptr, false);
  const auto findings = said.is_object() ? said.find("findings") : said.end();
  if (!said.is_object() || findings == said.end() || !findings->is_array())
    return fail(Errc::kBadData, "'voicestand doctor' was not understood", {}, "run it by itself");
  std::vector<Hardware> hardware;
  for (const Json& finding : *findings) {
    if (!finding.is_object()) continue;
    const auto text_in = [&](const char* key) {
      const auto value = finding.find(key);
      return value != finding.end() && value->is_string() ? value->get<std::string>() : std::string();
    };
    hardware.push_back({.name = text_in("name"), .state = text_in("state"), .found = text_in("found")});
  }
  return hardware;
}

}  // namespace voicestand::bench
