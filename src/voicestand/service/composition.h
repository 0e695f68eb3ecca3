#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "voicestand/audio/audio_source.h"
#include "voicestand/audio/file_source.h"
#include "voicestand/audio/stdin_source.h"
#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/desktop/clipboard.h"
#include "voicestand/desktop/key_watch.h"
#include "voicestand/desktop/text_sink.h"
#include "voicestand/desktop/trigger.h"
#include "voicestand/pipeline/captioner.h"
#include "voicestand/platform/realtime_scheduling.h"
#include "voicestand/service/config.h"
#include "voicestand/service/model_store.h"
#include "voicestand/service/paths.h"
#include "voicestand/service/regulator.h"
#include "voicestand/speech/recognizer.h"
#include "voicestand/speech/segmenter.h"
#include "voicestand/speech/voice_activity_detector.h"

// The one place that names concrete classes: what the user chose becomes the parts of the live path.
// Thread: any. Real-time: no.
namespace voicestand::service {

// What this user and this computer have: read once at the start.
struct Setup {
  Paths paths;
  LoadedConfig config;
  ModelStore models;

  // Errors: kBadConfig (the first of the file's errors), kServiceMissing.
  [[nodiscard]] static Result<Setup> load();
};

struct RecognizerChoice {
  std::optional<std::string> model;             // else the configured one
  std::optional<std::string> engine;            // else the configured one
  std::chrono::milliseconds max_audio{22'000};  // that it will be given at once
};

struct Recognition {
  std::unique_ptr<speech::Recognizer> recognizer;
  std::function<std::vector<pid_t>()> processes;  // of its own that live now, for accounting
  std::optional<Error> unheard{};                 // why it does not listen for the configured words
};

// Errors: kModelMissing, kBadModel, kServiceMissing, kWorkerFailed.
[[nodiscard]] Result<Recognition> make_recognition(const Setup& setup, const RecognizerChoice& choice);

[[nodiscard]] Result<std::unique_ptr<speech::VoiceActivityDetector>> make_detector(const Setup& setup);

struct InputChoice {
  std::optional<std::string> input;  // "pipewire", "alsa", "stdin" or a file's path; else the configured one
  std::optional<std::string> device;
  audio::Pace pace = audio::Pace::kRealtime;  // of files
  audio::StdinSource::Raw raw;                // of standard input without a header
};

// The candidates for the input, best first; "auto" has several, to be tried in turn.
[[nodiscard]] std::vector<std::string> input_candidates(const Setup& setup, const InputChoice& choice);
[[nodiscard]] Result<std::unique_ptr<audio::AudioSource>> make_source(const Setup& setup, const std::string& input,
                                                                      const InputChoice& choice, const Clock& clock);
// The recording to play where there is no microphone.
[[nodiscard]] std::string sample_recording();

[[nodiscard]] speech::SegmenterConfig segmenter_config(const Config& config);       // of live speech
[[nodiscard]] speech::SegmenterConfig file_segmenter_config(const Config& config);  // of whole recordings
// The most audio that a recogniser is given at once.
[[nodiscard]] std::chrono::milliseconds longest_audio(const speech::SegmenterConfig& segmenter);
// Who may make the audio threads real-time where the process itself may not, in the order in which to ask them.
[[nodiscard]] std::vector<platform::RealtimeBroker> realtime_brokers();
[[nodiscard]] pipeline::Captioner::Config captions_config(const Config& config, bool push_to_talk);
// Nothing where the user wants none. `told` and `clock`: Regulator's.
[[nodiscard]] std::unique_ptr<Regulator> make_regulator(const Config& config, const Clock& clock,
                                                        std::function<void(const Regulator::Reading&)> told);

// By its backend, one of kTypingWays or "auto": the first that this session has, standard output where it has no
// windows. Errors: kServiceMissing where the session does not have it, kUsage where there is no such way.
[[nodiscard]] Result<std::unique_ptr<desktop::TextSink>> make_text_sink(const Config::Type& choice);

// Errors: kServiceMissing where the session has none that a program without a window may use.
[[nodiscard]] Result<std::unique_ptr<desktop::Clipboard>> make_clipboard();
// Who tells of a key in this session, which stands for its own id; `clock` outlives it. `lasting`: for as long as the
// program runs, and not only for a while; `layout`: as type.layout. Errors: kServiceMissing where nobody does,
// kDeviceMissing where another program has it, kUsage where the keyboard has no such key.
[[nodiscard]] Result<std::unique_ptr<desktop::Trigger>> make_trigger(const desktop::Binding& binding, bool lasting,
                                                                     const std::string& layout, const Clock& clock);
// Who tells of all keys; as make_trigger().
[[nodiscard]] Result<std::unique_ptr<desktop::KeyWatch>> make_key_watch(const std::string& layout, const Clock& clock);

}  // namespace voicestand::service
