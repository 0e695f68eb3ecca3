#include <array>
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

// A recording through one engine on one thread, again and again.
template <typename Recognizer>
Spend decoding(std::shared_ptr<Recognizer> recognizer, std::shared_ptr<const Recording> recording, FirstError error) {
  return timed([recognizer = std::move(recognizer), recording = std::move(recording), error = std::move(error)] {
    const auto heard = recognizer->recognize({.audio = recording->samples});
    if (!heard) return take_note(error, heard.error());
    if (heard->text.empty())
      take_note(error, {Errc::kBadData, "an engine said nothing to speech", {}, "do not trust the figures"});
  });
}

// The same through an engine in a process of its own, which takes the time itself.
Spend decoding(std::shared_ptr<PeerEngine> engine, std::string file, FirstError error) {
  return told(
      [engine = std::move(engine), file = std::move(file)]() -> Result<Seconds> {
        const auto answer = engine->decode(file);
        if (!answer) return std::unexpected(answer.error());
        return answer->wall;
      },
      std::move(error));
}

// The final decode of live speech: the audio is encoded, and a right draft verified.
Spend verifying(std::shared_ptr<speech::NativeRecognizer> recognizer, std::shared_ptr<const Recording> recording,
                std::shared_ptr<const speech::Hypothesis> draft) {
  return timed([recognizer = std::move(recognizer), recording = std::move(recording), draft = std::move(draft)] {
    (void)recognizer->recognize({.audio = recording->samples, .draft = draft.get()});
  });
}

void add_sherpa(Session& session, const AsrModel& model, const std::string& folder,
                const std::shared_ptr<const Recording>& recording, const FirstError& error, Comparison& comparison) {
  speech::WorkerRecognizer::Options options;
  options.program = posix::sibling_program("voicestand-worker");
  options.model_dir = folder;
  options.model_id = model.id;
  options.threads = 1;
  options.max_audio = kMostAudio;
  auto worker = speech::WorkerRecognizer::create(std::move(options));
  if (!worker) return session.note("sherpa is left out: " + worker.error().message());
  const std::shared_ptr<speech::WorkerRecognizer> sherpa = std::move(*worker);
  comparison.subjects.push_back(peer("sherpa", decoding(sherpa, recording, error)));
  comparison.bars.push_back({.variant = {}, .to = "sherpa", .at_least = kBarToSherpa});
}

void add_peer(Session& session, const std::string& name, const std::string& model, const std::string& file,
              const FirstError& error, Comparison& comparison) {
  auto engine = PeerEngine::start(name, model);
  if (!engine) return session.note(name + " is left out: " + engine.error().message());
  comparison.subjects.push_back(peer(name, decoding(std::shared_ptr<PeerEngine>(std::move(*engine)), file, error)));
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

  const FirstError error = no_error_yet();
  Comparison comparison{
      .suite = "asr", .name = "asr/decode/" + model.name, .unit = Unit::cost("ms", 1e3), .subjects = {}, .bars = {}};
  comparison.subjects.push_back(ours("", decoding(ours_engine, recording, error)));
  comparison.subjects.push_back(
      ours("draft", verifying(ours_engine, recording, std::make_shared<const speech::Hypothesis>(std::move(*heard)))));
  add_sherpa(session, model, folder, recording, error, comparison);
  if (model.name == kTinyModel.name)
    add_peer(session, "moonshine-voice", "tiny-en", *file, error, comparison);  // has no other
  add_peer(session, "faster-whisper", model.whisper, *file, error, comparison);
  session.compare(comparison, kWholeClips);
  return *error;
}

}  // namespace voicestand::bench::asr
