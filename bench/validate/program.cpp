#include "bench/validate/program.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "bench/asr/clips.h"
#include "bench/asr/dictation.h"
#include "bench/carried_memory.h"
#include "bench/child_lines.h"
#include "bench/json.h"
#include "bench/statistics.h"
#include "bench/stripped_size.h"
#include "bench/unit.h"
#include "voicestand/lib/posix/child_process.h"
#include "voicestand/lib/posix/sibling_program.h"

namespace voicestand::bench {

Result<void> measure_dictation(DictationTargets targets) {
  constexpr std::size_t kUtterances = 19;
  constexpr std::size_t kCutOff = 6;
  constexpr int kAttempts = 2;
  auto clips = Clips::open();
  if (!clips) return std::unexpected(std::move(clips.error()));
  const auto files = clips->utterances(kUtterances);
  if (!files) return std::unexpected(files.error());
  const auto cut_off = clips->cut_off(kCutOff);
  if (!cut_off) return std::unexpected(cut_off.error());
  const auto surprised = dictate(kBaseModel, *cut_off);
  if (!surprised) return std::unexpected(surprised.error());
  std::string after_cut;
  if (!surprised->release_to_final_ms.empty())
    after_cut = fmt::format("; not counted: {} cut off in mid-speech, median {:.3g} ms",
                            surprised->release_to_final_ms.size(), median(surprised->release_to_final_ms));
  const std::string runs =
      fmt::format("{} runs of listen --push-to-talk at the clock's pace, {}, clips of 2 to 12 s that end in a pause",
                  files->size(), kBaseModel.id);
  for (int attempt = 0; attempt < kAttempts && !targets.release_to_text.pass.value_or(false); ++attempt) {
    const auto heard = dictate(kBaseModel, *files);
    if (!heard) return std::unexpected(heard.error());
    std::vector<double> releases_ms = heard->release_to_final_ms;
    if (releases_ms.empty())
      return fail(Errc::kBadData, "no clip became text", kBaseModel.id, "run 'voicestand listen'");
    std::ranges::sort(releases_ms);
    const bool quiet = heard->noise.quiet();
    targets.release_to_text.judge(quantile(releases_ms, 0.95), quiet,
                                  runs + fmt::format("; median {:.3g} ms{}", quantile(releases_ms, 0.5), after_cut));
    targets.peak_rss.judge(heard->peak_rss_mib, true, "the kernel's count, model included; " + runs);
    targets.overruns.judge(static_cast<double>(heard->overruns), quiet, "frames lost in " + runs);
    if (heard->realtime_allocations) {
      targets.realtime_allocations.judge(static_cast<double>(*heard->realtime_allocations), true,
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
      mib_of(*bytes), true,
      "all memory of listen --no-asr after 4 s, its files' pages as if they were its own, without the C library");
  return {};
}

Result<void> measure_binary_size(Target& target) {
  const auto bytes = stripped_size(posix::sibling_program("voicestand"));
  if (!bytes) return std::unexpected(bytes.error());
  target.judge(mib_of(*bytes), true, "voicestand after strip");
  return {};
}

Result<std::vector<Hardware>> hardware_of_this_machine() {
  auto doctor = ChildLines::start({posix::sibling_program("voicestand"), "doctor", "--json"});
  if (!doctor) return std::unexpected(std::move(doctor.error()));
  std::string text;
  while (const auto line = doctor->next()) text += *line;
  const Json said = Json::parse(text, nullptr, false);
  const Json* const findings = member(said, "findings");
  if (findings == nullptr || !findings->is_array())
    return fail(Errc::kBadData, "'voicestand doctor' was not understood", {}, "run it by itself");
  std::vector<Hardware> hardware;
  for (const Json& finding : *findings) {
    const auto text_in = [&](const char* name) { return text_of(finding, name).value_or(""); };
    if (finding.is_object())
      hardware.push_back({.name = text_in("name"), .state = text_in("state"), .found = text_in("found")});
  }
  return hardware;
}

}  // namespace voicestand::bench
