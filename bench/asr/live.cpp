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
constexpr const char* kModel = "moonshine-tiny-en";

// Session after session; the first error is kept.
template <typename Live>
Spend sessions(Live live, std::shared_ptr<Result<void>> outcome) {
  return [live = std::move(live), outcome = std::move(outcome)](std::uint64_t iterations) {
    Seconds spent{0};
    for (std::uint64_t i = 0; i < iterations; ++i) {
      const Result<Seconds> cpu = live();
      if (!cpu && *outcome) *outcome = std::unexpected(cpu.error());
      spent += cpu.value_or(Seconds(1));
    }
    return spent;
  };
}

Result<Seconds> cpu_of_ours(const std::string& file) {
  const auto run = listen(kModel, file);
  if (!run) return std::unexpected(run.error());
  return run->cpu_after_ready;
}

Result<Seconds> cpu_of_peer(PeerEngine& engine, const std::string& file) {
  const auto answer = engine.live(file);
  if (!answer) return std::unexpected(answer.error());
  if (answer->text.empty())
    return fail(Errc::kBadData, "an engine said nothing to speech", "moonshine-voice", "do not trust the figures");
  return answer->cpu;
}

}  // namespace

Result<void> compare_live(Session& session, Clips& clips) {
  const double length_s = session.choose(kLengthS, 1.5);
  const auto file = clips.cut(kBeginS, length_s);
  if (!file) return std::unexpected(file.error());
  const auto outcome = std::make_shared<Result<void>>();
  Comparison comparison{.suite = "asr",
                        .name = "asr/live/cpu",
                        .unit = Unit::cost("ms/s", 1e3, length_s),
                        .subjects = {ours("", sessions([file = *file] { return cpu_of_ours(file); }, outcome))},
                        .bars = {{.variant = {}, .to = "moonshine-voice", .at_least = kBarToMoonshineVoice}}};
  const auto add = [&](const std::string& name, auto side) {
    auto started = PeerEngine::start(name, "tiny-en");
    if (!started) return session.note(name + " is left out: " + started.error().message());
    const std::shared_ptr<PeerEngine> engine = std::move(*started);
    comparison.subjects.push_back(
        side(name, sessions([engine, file = *file] { return cpu_of_peer(*engine, file); }, outcome)));
  };
  add("moonshine-voice", peer);
  add("moonshine-voice-default", beside);
  session.compare(comparison, Plan{.sample = Seconds(0), .rounds = 15, .longest = Seconds(200)});
  return *outcome;
}

}  // namespace voicestand::bench::asr
