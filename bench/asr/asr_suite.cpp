#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/pipeline/recording.h"
#include "bench/suite.h"
#include "voicestand/lib/posix/sibling_program.h"
#include "voicestand/speech/native_recognizer.h"
#include "voicestand/speech/worker_recognizer.h"

namespace voicestand::bench {
namespace {

constexpr double kBarToSherpa = 2;
constexpr double kSeconds = 10;
constexpr std::chrono::milliseconds kMostAudio{12'000};

struct Model {
  std::string name;    // in the comparison
  std::string folder;  // among the models, and its id
};

// A recording through one engine on one thread, again and again.
template <typename Recognizer>
Spend decoding(std::shared_ptr<Recognizer> recognizer, std::shared_ptr<const Recording> recording,
               std::shared_ptr<std::atomic<bool>> said) {
  return timed([recognizer = std::move(recognizer), recording = std::move(recording), said = std::move(said)] {
    const auto heard = recognizer->recognize({.audio = recording->samples});
    if (!heard || heard->text.empty()) said->store(false, std::memory_order_relaxed);  // read by the same thread
  });
}

// The final decode of live speech: the audio is encoded, and a right draft verified.
Spend verifying(std::shared_ptr<speech::NativeRecognizer> recognizer, std::shared_ptr<const Recording> recording,
                std::shared_ptr<const speech::Hypothesis> draft) {
  return timed([recognizer = std::move(recognizer), recording = std::move(recording), draft = std::move(draft)] {
    (void)recognizer->recognize({.audio = recording->samples, .draft = draft.get()});
  });
}

Result<void> compare(Session& session, const Model& model, const std::shared_ptr<const Recording>& recording) {
  const std::string folder = VOICESTAND_BUNDLE_DIR "/models/" + model.folder;
  auto native =
      speech::NativeRecognizer::create({.model_dir = folder, .model_id = model.folder, .max_audio = kMostAudio});
  if (!native) return std::unexpected(std::move(native.error()));
  const std::shared_ptr<speech::NativeRecognizer> ours_engine = std::move(*native);
  auto heard = ours_engine->recognize({.audio = recording->samples});
  if (!heard) return std::unexpected(std::move(heard.error()));

  const auto said = std::make_shared<std::atomic<bool>>(true);
  Comparison comparison{
      .suite = "asr", .name = "asr/decode/" + model.name, .unit = Unit::cost("ms", 1e3), .subjects = {}, .bars = {}};
  comparison.subjects.push_back(ours("", decoding(ours_engine, recording, said)));
  comparison.subjects.push_back(
      ours("draft", verifying(ours_engine, recording, std::make_shared<const speech::Hypothesis>(std::move(*heard)))));

  speech::WorkerRecognizer::Options options;
  options.program = posix::sibling_program("voicestand-worker");
  options.model_dir = folder;
  options.model_id = model.folder;
  options.threads = 1;
  options.max_audio = kMostAudio;
  if (auto worker = speech::WorkerRecognizer::create(std::move(options))) {
    const std::shared_ptr<speech::WorkerRecognizer> sherpa = std::move(*worker);
    comparison.subjects.push_back(peer("sherpa", decoding(sherpa, recording, said)));
    comparison.bars.push_back({.variant = {}, .to = "sherpa", .at_least = kBarToSherpa});
  } else {
    session.note("sherpa is left out: " + worker.error().message());
  }
  session.compare(comparison);
  if (*said) return {};
  return fail(Errc::kBadData, "an engine said nothing to speech", comparison.name, "do not trust the figures");
}

}  // namespace

Result<void> run_asr(Session& session) {
  auto speech = sample_recording({.sample_rate_hz = 16'000, .channels = 1}, kSeconds);
  if (!speech) return std::unexpected(std::move(speech.error()));
  const auto recording = std::make_shared<const Recording>(std::move(*speech));
  const std::array models{Model{.name = "base", .folder = "moonshine-base-en"},
                          Model{.name = "tiny", .folder = "moonshine-tiny-en"}};
  for (const Model& model : models) {
    if (auto done = compare(session, model, recording); !done) return done;
  }
  return {};
}

}  // namespace voicestand::bench
