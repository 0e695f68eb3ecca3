#include <memory>
#include <string>
#include <utility>

#include "bench/asr/comparisons.h"
#include "bench/asr/listen_run.h"
#include "bench/asr/peer_engine.h"

namespace voicestand::bench::asr {
namespace {

constexpr double kBarToMoonshineVoice = 3;
constexpr double kBeginS = 1;  // where the longer of the sample recordings begins to speak
constexpr double kLengthS = 5;

Result<Seconds> cpu_of_ours(const std::string& file) {
  const auto run = listen(kTinyModel.id, file);
  if (!run) return std::unexpected(run.error());
  return run->cpu_after_ready;
}

Result<Seconds> cpu_of_peer(PeerEngine& engine, const std::string& file) {
  const auto answer = engine.live(file);
  if (!answer) return std::unexpected(answer.error());
  return answer->cpu;
}

}  // namespace

Result<void> compare_live(Session& session, Clips& clips) {
  const double length_s = session.choose(kLengthS, 1.5);
  const auto file = clips.cut(kBeginS, length_s);
  if (!file) return std::unexpected(file.error());
  const FirstError error = no_error_yet();
  Comparison comparison{.suite = "asr",
                        .name = "asr/live/cpu",
                        .unit = Unit::cost("ms/s", 1e3, length_s),
                        .subjects = {ours("", told([file = *file] { return cpu_of_ours(file); }, error))},
                        .bars = {{.variant = {}, .to = "moonshine-voice", .at_least = kBarToMoonshineVoice}}};
  const auto add = [&](const std::string& name, auto side) {
    auto started = PeerEngine::start(name, "tiny-en");
    if (!started) return session.note(name + " is left out: " + started.error().message());
    const std::shared_ptr<PeerEngine> engine = std::move(*started);
    comparison.subjects.push_back(
        side(name, told([engine, file = *file] { return cpu_of_peer(*engine, file); }, error)));
  };
  add("moonshine-voice", peer);
  add("moonshine-voice-default", beside);
  session.compare(comparison, Plan{.sample = Seconds(0), .rounds = 15, .longest = Seconds(200)});
  return *error;
}

}  // namespace voicestand::bench::asr
