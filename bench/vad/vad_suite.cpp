#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/pipeline/recording.h"
#include "bench/silero_model.h"
#include "bench/suite.h"
#include "bench/vad/engine.h"
#include "voicestand/rt/denormal_guard.h"

namespace voicestand::bench {
namespace {

constexpr const char* kPeers = VOICESTAND_BUNDLE_DIR "/bench-peers";
constexpr double kBarToOnnxRuntime = 3;
constexpr double kBarToOpenVino = 1.3;
constexpr float kSameProbability = 2e-3F;

// Ours, as detection runs it.
class Native final : public vad::Engine {
 public:
  explicit Native(nn::Silero network) : network_(std::move(network)) {}
  float process(Window window) override { return network_.process(window); }

 private:
  nn::Silero network_;
};

// Window after window of a recording, round and round.
class Listener {
 public:
  Listener(std::shared_ptr<vad::Engine> engine, std::shared_ptr<const Recording> recording)
      : engine_(std::move(engine)), recording_(std::move(recording)) {}
  float operator()() {
    if (at_ + nn::Silero::kWindow > recording_->samples.size()) at_ = 0;
    const vad::Engine::Window window(recording_->samples.data() + at_, nn::Silero::kWindow);
    at_ += nn::Silero::kWindow;
    return engine_->process(window);
  }

 private:
  std::shared_ptr<vad::Engine> engine_;
  std::shared_ptr<const Recording> recording_;
  std::size_t at_ = 0;
};

Spend listening(const Listener& listener) {
  return timed([listener = std::make_shared<Listener>(listener)] {
    float probability = (*listener)();
    keep(probability);
  });
}

}  // namespace

Result<void> run_vad(Session& session) {
  const auto model = silero_model();
  if (!model) return std::unexpected(model.error());
  auto network = nn::Silero::load(*model);
  if (!network) return std::unexpected(std::move(network.error()));
  auto speech = sample_recording({.sample_rate_hz = 16'000, .channels = 1}, 10);
  if (!speech) return std::unexpected(std::move(speech.error()));
  const auto recording = std::make_shared<const Recording>(std::move(*speech));

  const rt::DenormalGuard denormals;  // as on the detection thread, for all alike
  Comparison comparison{.suite = "vad",
                        .name = "vad/window",
                        .unit = Unit::cost("us/window", 1e6),
                        .subjects = {},
                        .bars = {{.variant = {}, .to = "onnxruntime", .at_least = kBarToOnnxRuntime},
                                 {.variant = {}, .to = "openvino", .at_least = kBarToOpenVino}}};
  Listener reference(std::make_shared<Native>(*network), recording);
  comparison.subjects.push_back(ours("", listening({std::make_shared<Native>(*network), recording})));

  const std::string folder = kPeers;
  struct Candidate {
    std::string name;
    Result<std::unique_ptr<vad::Engine>> engine;
  };
  std::vector<Candidate> candidates;
  candidates.push_back({"onnxruntime", vad::make_onnxruntime(folder + "/onnxruntime/libonnxruntime.so", *model)});
  candidates.push_back({"openvino", vad::make_openvino(folder + "/openvino/libopenvino_c.so", *model)});
  std::vector<Listener> listeners;
  for (Candidate& candidate : candidates) {
    if (!candidate.engine) {
      session.note(candidate.name + " is left out: " + candidate.engine.error().message());
      continue;
    }
    listeners.emplace_back(std::shared_ptr<vad::Engine>(std::move(*candidate.engine)), recording);
    comparison.subjects.push_back(peer(candidate.name, listening(listeners.back())));
  }
  // The same work: before anything is measured, all say the same of the first seconds.
  for (int window = 0; window < 100; ++window) {
    const float expected = reference();
    for (Listener& listener : listeners) {
      if (!(std::abs(listener() - expected) <= kSameProbability))
        return fail(Errc::kBadData, "the engines do not agree about the speech", "vad/window",
                    "do not trust the figures");
    }
  }
  session.compare(comparison);
  return {};
}

}  // namespace voicestand::bench
