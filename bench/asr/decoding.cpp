#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/asr/comparisons.h"
#include "bench/asr/peer_engine.h"
#include "voicestand/lib/posix/sibling_program.h"
#include "voicestand/speech/native_recognizer.h"
#include "voicestand/speech/worker_recognizer.h"

namespace voicestand::bench::asr {
namespace {

constexpr double kBarToSherpa = 2;
constexpr double kSeconds = 10;
constexpr std::chrono::milliseconds kMostAudio{12'000};
constexpr Plan kWholeClips{.sample = Seconds(0), .rounds = 16, .longest = Seconds(60)};

using Said = std::shared_ptr<std::atomic<bool>>;  // whether all have said something; of one thread

// A recording through one engine on one thread, again and again.
template <typename Recognizer>
Spend decoding(std::shared_ptr<Recognizer> recognizer, std::shared_ptr<const Recording> recording, Said said) {
  return timed([recognizer = std::move(recognizer), recording = std::move(recording), said = std::move(said)] {
    const auto heard = recognizer->recognize({.audio = recording->samples});
    if (!heard || heard->text.empty()) said->store(false, std::memory_order_relaxed);
  });
}

// The same through an engine in a process of its own, which takes the time itself.
Spend decoding(std::shared_ptr<PeerEngine> engine, std::string file, Said said) {
  return [engine = std::move(engine), file = std::move(file), said = std::move(said)](std::uint64_t iterations) {
    Seconds spent{0};
    for (std::uint64_t i = 0; i < iterations; ++i) {
      const auto answer = engine->decode(file);
      if (!answer || answer->text.empty()) said->store(false, std::memory_order_relaxed);
      spent += answer ? answer->wall : Seconds(1);
    }
    return spent;
  };
}

// The final decode of live speech: the audio is encoded, and a right draft verified.
Spend verifying(std::shared_ptr<speech::NativeRecognizer> recognizer, std::shared_ptr<const Recording> recording,
                std::shared_ptr<const speech::Hypothesis> draft) {
  return timed([recognizer = std::move(recognizer), recording = std::move(recording), draft = std::move(draft)] {
    (void)recognizer->recognize({.audio = recording->samples, .draft = draft.get()});
  });
}

void add_sherpa(Session& session, const AsrModel& model, const std::string& folder,
                const std::shared_ptr<const Recording>& recording, const Said& said, Comparison& comparison) {
  speech::WorkerRecognizer::Options options;
  options.program = posix::sibling_program("voicestand-worker");
  options.model_dir = folder;
  options.model_id = model.id;
  options.threads = 1;
  options.max_audio = kMostAudio;
  auto worker = speech::WorkerRecognizer::create(std::move(options));
  if (!worker) return session.note("sherpa is left out: " + worker.error().message());
  const std::shared_ptr<speech::WorkerRecognizer> sherpa = std::move(*worker);
  comparison.subjects.push_back(peer("sherpa", decoding(sherpa, recording, said)));
  comparison.bars.push_back({.variant = {}, .to = "sherpa", .at_least = kBarToSherpa});
}

void add_peer(Session& session, const std::string& name, const std::string& model, const std::string& file,
              const Said& said, Comparison& comparison) {
  auto engine = PeerEngine::start(name, model);
  if (!engine) return session.note(name + " is left out: " + engine.error().message());
  comparison.subjects.push_back(peer(name, decoding(std::shared_ptr<PeerEngine>(std::move(*engine)), file, said)));
}

}  // namespace

Result<void> compare_decoding(Session& session, const AsrModel& model, Clips& clips) {
  auto speech = sample_recording({.sample_rate_hz = 16'000, .channels = 1}, kSeconds);
  if (!speech) return std::unexpected(std::move(speech.error()));
  const auto recording = std::make_shared<const Recording>(std::move(*speech));
  const auto file = clips.write(recording->samples);
  if (!file) return std::unexpected(file.error());

  const std::string folder = std::string(VOICESTAND_BUNDLE_DIR "/models/") + model.id;
  auto native = speech::NativeRecognizer::create({.model_dir = folder, .model_id = model.id, .max_audio = kMostAudio});
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
  add_sherpa(session, model, folder, recording, said, comparison);
  if (model.name == "tiny") add_peer(session, "moonshine-voice", "tiny-en", *file, said, comparison);  // has no other
  add_peer(session, "faster-whisper", model.whisper, *file, said, comparison);
  session.compare(comparison, kWholeClips);
  if (*said) return {};
  return fail(Errc::kBadData, "an engine said nothing to speech", comparison.name, "do not trust the figures");
}

}  // namespace voicestand::bench::asr
