#include "voicestand/service/composition.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include <unistd.h>

#include "voicestand/audio/alsa_source.h"
#include "voicestand/audio/pipewire_source.h"
#include "voicestand/desktop/clipboard_sink.h"
#include "voicestand/desktop/evdev_key_watch.h"
#include "voicestand/desktop/evdev_trigger.h"
#include "voicestand/desktop/layout_names.h"
#include "voicestand/desktop/portal_text_sink.h"
#include "voicestand/desktop/portal_trigger.h"
#include "voicestand/desktop/stream_text_sink.h"
#include "voicestand/desktop/uinput_sink.h"
#include "voicestand/desktop/virtual_keyboard_sink.h"
#include "voicestand/desktop/wayland_clipboard.h"
#include "voicestand/desktop/x11_clipboard.h"
#include "voicestand/desktop/x11_key_watch.h"
#include "voicestand/desktop/x11_text_sink.h"
#include "voicestand/desktop/x11_trigger.h"
#include "voicestand/lib/dbus/realtime_broker.h"
#include "voicestand/platform/machine.h"
#include "voicestand/service/typing_ways.h"
#include "voicestand/speech/insistent_recognizer.h"
#include "voicestand/speech/native_recognizer.h"
#include "voicestand/speech/silero_detector.h"
#include "voicestand/speech/worker_recognizer.h"

namespace voicestand::service {
namespace {

constexpr std::string_view kDetectorModel = "silero-vad";
constexpr std::string_view kDetectorFile = "silero_vad_openvino_16k.onnx";

// More threads than this help Moonshine little and take cores from everything else.
constexpr int kMostThreads = 4;

int recognition_threads(const Config& config) {
  if (config.recognition.threads > 0) return config.recognition.threads;
  const auto machine = platform::read_machine();
  return std::clamp(machine ? machine->usable_cores : 1, 1, kMostThreads);
}

constexpr std::array<std::string_view, 2> kEnginesHere{"native", "sherpa"};

bool runs_here(const std::string& engine) {
  return std::ranges::find(kEnginesHere, engine) != kEnginesHere.end();
}

// The engine that runs the model: the one asked for, or the model's own first choice that this version has.
Result<std::string> engine_for(const ModelManifest& model, const std::string& asked) {
  const auto engine = std::ranges::find_if(
      model.engines, [&](const std::string& its) { return asked == "auto" ? runs_here(its) : its == asked; });
  if (engine != model.engines.end() && runs_here(*engine)) return *engine;
  if (asked != "auto" && engine == model.engines.end())
    return fail(Errc::kUsage, "the engine '" + asked + "' does not run this model", model.id, "leave --engine out");
  return fail(Errc::kServiceMissing, "this version has no engine '" + asked + "' for it", model.id,
              "leave --engine out, or choose another model");
}

Result<Recognition> native_recognition(const InstalledModel& model, const RecognizerChoice& choice,
                                       const Config& config) {
  auto recognizer = speech::NativeRecognizer::create({.model_dir = model.folder.string(),
                                                      .model_id = model.manifest.id,
                                                      .max_audio = choice.max_audio,
                                                      .helped = recognition_threads(config) > 1});
  if (!recognizer) return std::unexpected(std::move(recognizer.error()));
  return Recognition{.recognizer = std::make_unique<speech::InsistentRecognizer>(std::move(*recognizer)),
                     .processes = [] { return std::vector<pid_t>{}; }};
}

Result<Recognition> worker_recognition(const InstalledModel& model, const RecognizerChoice& choice,
                                       const Config& config) {
  speech::WorkerRecognizer::Options options;
  options.model_dir = model.folder.string();
  options.model_id = model.manifest.id;
  options.threads = recognition_threads(config);
  options.max_audio = choice.max_audio;
  auto recognizer = speech::WorkerRecognizer::create(std::move(options));
  if (!recognizer) return std::unexpected(std::move(recognizer.error()));
  const speech::WorkerRecognizer& worker = **recognizer;
  return Recognition{.recognizer = std::make_unique<speech::InsistentRecognizer>(std::move(*recognizer)),
                     .processes = [&worker] {
                       const pid_t pid = worker.worker_pid();
                       return pid > 0 ? std::vector<pid_t>{pid} : std::vector<pid_t>{};
                     }};
}

using TextSinkMaker = Result<std::unique_ptr<desktop::TextSink>> (*)(const Config::Type& choice);

Result<std::unique_ptr<desktop::TextSink>> make_virtual_keyboard_sink(const Config::Type& /*choice*/) {
  return desktop::VirtualKeyboardSink::create();
}

Result<std::unique_ptr<desktop::TextSink>> make_portal_text_sink(const Config::Type& /*choice*/) {
  // Elsewhere there are better ways.
  if (std::getenv("WAYLAND_DISPLAY") == nullptr)
    return fail(Errc::kServiceMissing, "this is no Wayland session", "portal", "choose another way with type.backend");
  const auto paths = Paths::from(Environment::of_process());
  if (!paths) return std::unexpected(paths.error());
  return desktop::PortalTextSink::open(paths->state / "remote-desktop-token");
}

Result<std::unique_ptr<desktop::TextSink>> make_x11_text_sink(const Config::Type& /*choice*/) {
  return desktop::X11TextSink::open({});
}

Result<std::unique_ptr<desktop::TextSink>> make_uinput_sink(const Config::Type& choice) {
  auto layout = desktop::LayoutNames::parse(choice.layout);
  if (!layout) return std::unexpected(std::move(layout.error()));
  return desktop::UinputSink::open({.layout = std::move(*layout)});
}

template <typename Sink>
Result<std::unique_ptr<desktop::PasteKeys>> as_paste_keys(Result<std::unique_ptr<Sink>> sink) {
  if (!sink) return std::unexpected(std::move(sink.error()));
  return std::move(*sink);
}

Result<std::unique_ptr<desktop::TextSink>> make_clipboard_sink(const Config::Type& /*choice*/) {
  const bool wayland = std::getenv("WAYLAND_DISPLAY") != nullptr;
  auto keys =
      wayland ? as_paste_keys(desktop::VirtualKeyboardSink::create()) : as_paste_keys(desktop::X11TextSink::open({}));
  if (!keys) return std::unexpected(std::move(keys.error()));
  auto clipboard = make_clipboard();
  if (!clipboard) return std::unexpected(std::move(clipboard.error()));
  std::unique_ptr<desktop::Clipboard> marked;
  if (!wayland) {
    auto primary = desktop::X11Clipboard::create("PRIMARY");
    if (!primary) return std::unexpected(std::move(primary.error()));
    marked = std::move(*primary);
  }
  return std::make_unique<desktop::ClipboardSink>(std::move(*keys), std::move(*clipboard), std::move(marked));
}

Result<std::unique_ptr<desktop::TextSink>> make_stream_text_sink(const Config::Type& /*choice*/) {
  return std::make_unique<desktop::StreamTextSink>(STDOUT_FILENO);
}

// Of kTypingWays. Each refuses with kServiceMissing what the session does not have; "auto" goes on to the next.
constexpr std::array<TextSinkMaker, kTypingWays.size()> kTextSinkMakers{
    make_virtual_keyboard_sink, make_portal_text_sink, make_x11_text_sink,
    make_uinput_sink,           make_clipboard_sink,   make_stream_text_sink};

// Who has no windows here may be far away: what he has typed is not for those who sit at this computer.
bool has_windows() {
  return std::getenv("WAYLAND_DISPLAY") != nullptr || std::getenv("DISPLAY") != nullptr;
}

Result<std::unique_ptr<desktop::Trigger>> make_display_trigger(const desktop::Binding& binding, bool lasting,
                                                               const Clock& clock) {
  // Under Wayland an X server sees the keys of its own windows alone, and the desktop asks the user about each key.
  if (std::getenv("WAYLAND_DISPLAY") != nullptr) {
    if (!lasting) return fail(Errc::kServiceMissing, "this desktop lends no keys", "Wayland");
    auto trigger = desktop::PortalTrigger::open({{.binding = binding, .description = "Dictate"}}, clock);
    if (!trigger) return std::unexpected(std::move(trigger.error()));
    return std::move(*trigger);
  }
  auto trigger = desktop::X11Trigger::open({binding}, clock);
  if (!trigger) return std::unexpected(std::move(trigger.error()));
  return std::move(*trigger);
}

// Of two that are missing the session's own is told of, and what would mend either.
std::unexpected<Error> neither(const Error& display, const Error& devices) {
  if (display.code != Errc::kServiceMissing) return std::unexpected(display);
  if (devices.code != Errc::kServiceMissing) return std::unexpected(devices);
  return fail(Errc::kServiceMissing, display.what, display.where,
              display.remedy + (display.remedy.empty() ? "" : ", or ") + devices.remedy);
}

}  // namespace

Result<Setup> Setup::load() {
  const Environment environment = Environment::of_process();
  auto paths = Paths::from(environment);
  if (!paths) return std::unexpected(std::move(paths.error()));
  auto config = load_config(paths->config_file());
  if (!config) return std::unexpected(std::move(config.error().front()));
  ModelStore models(ModelStore::folders(*paths, environment));
  return Setup{.paths = std::move(*paths), .config = std::move(*config), .models = std::move(models)};
}

Result<Recognition> make_recognition(const Setup& setup, const RecognizerChoice& choice) {
  const Config& config = setup.config.values;
  const auto model = setup.models.find(choice.model.value_or(config.recognition.model));
  if (!model) return std::unexpected(model.error());
  if (model->manifest.role != ModelRole::kRecognition) {
    return fail(Errc::kUsage, "the model does not recognise speech", model->manifest.id,
                "see 'voicestand models list'");
  }
  const auto engine = engine_for(model->manifest, choice.engine.value_or(config.recognition.engine));
  if (!engine) return std::unexpected(engine.error());
  auto made =
      *engine == "native" ? native_recognition(*model, choice, config) : worker_recognition(*model, choice, config);
  if (!made) return made;
  // The text is worth having without them.
  if (auto heard = made->recognizer->listen_for(words_for(config, {})); !heard)
    made->unheard = std::move(heard.error());
  return made;
}

Result<std::unique_ptr<speech::VoiceActivityDetector>> make_detector(const Setup& setup) {
  const auto model = setup.models.find(kDetectorModel);
  if (!model) return std::unexpected(model.error());
  auto detector = speech::SileroDetector::load(model->file(kDetectorFile).string());
  if (!detector) return std::unexpected(std::move(detector.error()));
  return std::make_unique<speech::SileroDetector>(std::move(*detector));
}

std::vector<std::string> input_candidates(const Setup& setup, const InputChoice& choice) {
  const std::string input = choice.input.value_or(setup.config.values.audio.input);
  if (input == "auto") return {"pipewire", "alsa"};
  return {input};
}

Result<std::unique_ptr<audio::AudioSource>> make_source(const Setup& setup, const std::string& input,
                                                        const InputChoice& choice, const Clock& clock) {
  const std::string device = choice.device.value_or(setup.config.values.audio.device);
  if (input == "pipewire")
    return std::make_unique<audio::PipeWireSource>(audio::PipeWireSource::Options{.device = device}, clock);
  if (input == "alsa") {
    audio::AlsaSource::Options options;
    if (!device.empty()) options.device = device;
    return std::make_unique<audio::AlsaSource>(std::move(options), clock);
  }
  if (input == "stdin") return audio::StdinSource::create(STDIN_FILENO, choice.raw, clock);
  return audio::FileSource::open(input, choice.pace, clock);
}

std::string sample_recording() {
  return VOICESTAND_BUNDLE_DIR "/samples/beckett.wav";
}

speech::SegmenterConfig segmenter_config(const Config& config) {
  const auto& from = config.segmentation;
  speech::SegmenterConfig to;
  to.onset_probability = static_cast<float>(from.onset_probability);
  to.hangover_probability = static_cast<float>(from.hangover_probability);
  to.gate_dbfs = static_cast<float>(from.gate_dbfs);
  to.pre_roll = from.pre_roll;
  to.min_speech = from.min_speech;
  to.short_pause = from.short_pause;
  to.endpoint_pause = from.endpoint_pause;
  to.post_roll = from.post_roll;
  to.max_segment = from.max_segment;
  if (from.soft_segment.count() > 0) to.soft_segment = from.soft_segment;
  to.soft_pause = from.soft_pause;
  return to;
}

std::chrono::milliseconds longest_audio(const speech::SegmenterConfig& segmenter) {
  // What a segment has beside its speech, and what comes in while it is found where to cut it.
  constexpr std::chrono::milliseconds kMargin{1'000};
  return segmenter.max_segment + segmenter.pre_roll + segmenter.post_roll + kMargin;
}

speech::SegmenterConfig file_segmenter_config(const Config& config) {
  speech::SegmenterConfig segmenter = segmenter_config(config);
  segmenter.pre_roll = config.transcribe.pre_roll;
  segmenter.endpoint_pause = config.transcribe.endpoint_pause;
  segmenter.post_roll = config.transcribe.post_roll;
  segmenter.max_segment = config.transcribe.max_segment;
  segmenter.soft_segment.reset();
  return segmenter;
}

std::vector<platform::RealtimeBroker> realtime_brokers() {
  return {{.name = "portal", .ask = dbus::ask_portal_for_realtime},
          {.name = "rtkit", .ask = dbus::ask_rtkit_for_realtime}};
}

pipeline::Captioner::Config captions_config(const Config& config, bool push_to_talk) {
  return {
      .partials = config.partials.enabled, .partial_interval = config.partials.interval, .push_to_talk = push_to_talk};
}

std::unique_ptr<Regulator> make_regulator(const Config& config, const Clock& clock,
                                          std::function<void(const Regulator::Reading&)> told) {
  if (config.recognition.governor == "off") return nullptr;
  return std::make_unique<Regulator>(clock, std::move(told),
                                     Environment::of_process().variable("VOICESTAND_SYSROOT").value_or(""));
}

Result<std::unique_ptr<desktop::TextSink>> make_text_sink(const Config::Type& choice) {
  const bool automatic = choice.backend == "auto";
  for (std::size_t way = 0; way < kTypingWays.size(); ++way) {
    if (!automatic && choice.backend != kTypingWays[way]) continue;
    if (automatic && kTextSinkMakers[way] == make_uinput_sink && !has_windows()) continue;
    auto sink = kTextSinkMakers[way](choice);
    if (sink || !automatic || sink.error().code != Errc::kServiceMissing) return sink;
  }
  return fail(Errc::kUsage, "there is no such way to type", choice.backend, "leave it to 'auto'");
}

Result<std::unique_ptr<desktop::Clipboard>> make_clipboard() {
  // An X server beside a Wayland compositor has the clipboard only while one of its windows has the focus.
  if (std::getenv("WAYLAND_DISPLAY") != nullptr) return desktop::WaylandClipboard::create();
  return desktop::X11Clipboard::create("CLIPBOARD");
}

Result<std::unique_ptr<desktop::Trigger>> make_trigger(const desktop::Binding& binding, bool lasting,
                                                       const std::string& layout, const Clock& clock) {
  auto lent = make_display_trigger(binding, lasting, clock);
  if (lent || lent.error().code != Errc::kServiceMissing) return lent;
  const auto names = desktop::LayoutNames::parse(layout);
  if (!names) return std::unexpected(names.error());
  auto trigger = desktop::EvdevTrigger::open({binding}, *names, clock);
  if (!trigger) return neither(lent.error(), trigger.error());
  return std::move(*trigger);
}

Result<std::unique_ptr<desktop::KeyWatch>> make_key_watch(const std::string& layout, const Clock& clock) {
  const auto names = desktop::LayoutNames::parse(layout);
  if (!names) return std::unexpected(names.error());
  // Under Wayland an X server tells of the keys of its own windows: better than nothing.
  const bool wayland = std::getenv("WAYLAND_DISPLAY") != nullptr;
  if (wayland)
    if (auto keys = desktop::EvdevKeyWatch::open(*names, clock)) return std::move(*keys);
  auto display = desktop::X11KeyWatch::open();
  if (display) return std::move(*display);
  auto keys = desktop::EvdevKeyWatch::open(*names, clock);
  if (!keys) return neither(display.error(), keys.error());
  return std::move(*keys);
}

}  // namespace voicestand::service
