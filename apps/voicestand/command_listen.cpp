#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "caption_sinks.h"
#include "command.h"
#include "console.h"
#include "output_file.h"
#include "recognizer_options.h"
#include "signal_watch.h"
#include "version.h"
#include "voicestand/audio/sample_encoding.h"
#include "voicestand/base/clock.h"
#include "voicestand/pipeline/live_session.h"
#include "voicestand/pipeline/session_observer.h"
#include "voicestand/platform/core_usage.h"
#include "voicestand/platform/process_memory.h"
#include "voicestand/platform/process_usage.h"
#include "voicestand/service/composition.h"
#include "voicestand/service/trace_json.h"
#include "voicestand/service/watch.h"

namespace voicestand::app {
namespace {

struct Options {
  service::InputChoice input;
  service::RecognizerChoice recognizer;
  bool push_to_talk = false;
  bool no_asr = false;
  bool json = false;
  std::optional<std::string> trace;
  std::optional<std::string> http;
};

// The session that signals and a broken output may stop, from whatever thread they come.
class Stopper {
 public:
  void watch(pipeline::LiveSession* session) {
    const std::scoped_lock lock(mutex_);
    session_ = session;
    if (requests_ > 0 && session_ != nullptr) session_->stop();
  }
  // The first request lets what was heard be said; the second does not wait for it.
  void request() {
    const std::scoped_lock lock(mutex_);
    ++requests_;
    if (session_ == nullptr) return;
    if (requests_ == 1) {
      session_->stop();
    } else {
      session_->abandon();
    }
  }

 private:
  std::mutex mutex_;  // protects both
  pipeline::LiveSession* session_ = nullptr;
  int requests_ = 0;
};

std::unique_ptr<pipeline::EventSink> make_sink(const Options& options, OutputStream& output) {
  if (options.json) return make_json_sink(output);
  return ::isatty(STDOUT_FILENO) == 1 ? make_terminal_sink(output) : make_line_sink(output);
}

class ListenCommand {
 public:
  ListenCommand(const Options& options, service::Setup setup)
      : options_(options),
        setup_(std::move(setup)),
        sink_(make_sink(options_, output_)),
        watch_(options_.http ? std::make_unique<service::Watch>(program_info("listen", setup_.paths), clock_)
                             : nullptr),
        told_(*sink_, watch_.get()) {}

  ExitCode run() {
    std::atomic<bool> interrupted{false};
    const auto watch = SignalWatch::create([&](int) {
      interrupted = true;
      stopper_.request();
    });
    if (!watch) return complain(watch.error());
    output_.on_failure([this] { stopper_.request(); });
    if (options_.trace) {  // where it cannot be written, that is better known now than at the end
      auto written = write_file(*options_.trace, service::trace_json(*std::make_unique<pipeline::LiveTrace>()));
      if (!written) return complain(written.error());
    }

    if (!options_.no_asr) {
      service::RecognizerChoice choice = options_.recognizer;
      choice.max_audio = service::longest_audio(service::segmenter_config(setup_.config.values));
      auto recognition = service::make_recognition(setup_, choice);
      if (!recognition) return complain(recognition.error());
      if (recognition->unheard) remark("[vocabulary] has no effect: " + recognition->unheard->message());
      recognition_.emplace(std::move(*recognition));
    }
    if (recognition_ || watch_) {
      regulator_ = service::make_regulator(
          setup_.config.values, clock_,
          [](const service::Regulator::Reading& reading) { remark(service::text_of(reading)); });
    }
    if (watch_) {
      watch_->show(regulator_.get());
      if (const auto served = watch_->serve(*options_.http, setup_.config.values.watch.token); !served)
        return complain(served.error());
      remark("watch it at " + watch_->url().value_or(""));
      watch_->keep_watch([](const service::Alert& alert) { remark(service::text_of(alert)); });
    }
    auto session = start_session();
    if (!session) return complain(session.error());
    if (regulator_) regulator_->set_hearing(true);
    if (watch_) {
      watch_->session_began(**session);
      watch_->set_state(service::Watch::State::kListening);
    }
    stopper_.watch(session->get());
    const auto cores_before = platform::core_times();
    auto summary = (*session)->wait();
    stopper_.watch(nullptr);
    if (regulator_) regulator_->set_hearing(false);
    if (watch_) {
      watch_->set_state(service::Watch::State::kEnded);
      watch_->session_ends();
    }
    // Also of a session that ended badly: there it may be of use.
    auto traced =
        options_.trace ? write_file(*options_.trace, service::trace_json((*session)->figures().trace)) : Result<void>();
    if (const auto failure = output_.failure()) return complain(*failure);
    if (!summary) return complain(summary.error());
    add_process_figures(*summary);
    if (cores_before) add_cores(*cores_before, *summary);
    sink_->on_event(*summary);
    if (const auto failure = output_.failure()) return complain(*failure);
    if (!traced) return complain(traced.error());
    return interrupted ? ExitCode::kInterrupted : ExitCode::kDone;
  }

 private:
  using Session = std::unique_ptr<pipeline::LiveSession>;

  Result<Session> start_session() {
    std::optional<Error> error;
    for (const std::string& input : service::input_candidates(setup_, options_.input)) {
      auto session = start_with(input);
      if (session) return session;
      error = std::move(session.error());
    }
    const bool chosen = options_.input.input.has_value() || options_.input.device.has_value();
    const bool no_device = error && (error->code == Errc::kDeviceMissing || error->code == Errc::kServiceMissing);
    if (chosen || !no_device) return std::unexpected(std::move(*error));
    remark("no microphone was found: playing the bundled sample recording instead");
    return start_with(service::sample_recording());
  }

  Result<Session> start_with(const std::string& input) {
    auto source = service::make_source(setup_, input, options_.input, clock_);
    if (!source) return std::unexpected(std::move(source.error()));
    auto detector = service::make_detector(setup_);
    if (!detector) return std::unexpected(std::move(detector.error()));
    pipeline::Captioner::Config captions = service::captions_config(setup_.config.values, options_.push_to_talk);
    if (regulator_) captions.restraint = &regulator_->restraint();
    return pipeline::LiveSession::start({.source = std::move(*source),
                                         .detector = std::move(*detector),
                                         .recognizer = recognition_ ? recognition_->recognizer.get() : nullptr,
                                         .segmenter = service::segmenter_config(setup_.config.values),
                                         .captions = captions,
                                         .realtime_brokers = service::realtime_brokers()},
                                        told_, clock_);
  }

  static void add_cores(const std::vector<platform::CoreTimes>& before, pipeline::Summary& summary) {
    const auto now = platform::core_times();
    if (!now) return;
    const auto kinds = platform::CoreKinds::read();
    for (const platform::CoreUsage& core : platform::usage_between(before, *now))
      summary.cores.push_back({.core = core.core, .kind = kinds.of(core.core), .utilisation = core.utilisation});
  }

  void add_process_figures(pipeline::Summary& summary) const {
    if (const auto memory = platform::process_memory()) {
      summary.memory.rss_bytes = memory->rss_bytes;
      summary.memory.private_bytes = memory->private_bytes;
    }
    const auto usage = platform::process_usage(recognition_ ? recognition_->processes() : std::vector<pid_t>{});
    if (!usage) return;
    summary.cpu_s = usage->cpu_s;
    summary.peak_rss_bytes = usage->peak_rss_bytes;
  }

  const Options options_;
  const service::Setup setup_;
  const SteadyClock clock_;
  OutputStream output_;
  std::unique_ptr<pipeline::EventSink> sink_;
  std::unique_ptr<service::Regulator> regulator_;  // none: nothing is governed
  std::unique_ptr<service::Watch> watch_;          // none: nobody is to look on, and it would take memory
  pipeline::ObservedSink told_;
  Stopper stopper_;
  std::optional<service::Recognition> recognition_;
};

}  // namespace

void add_listen(Command& program) {
  const auto options = std::make_shared<Options>();
  Command& command = program.add_command("listen", "live captions of a microphone, a file or standard input");
  service::InputChoice& input = options->input;
  command.add_option("--input", "INPUT", into(input.input), "pipewire, alsa, stdin or a file");
  command.add_option("--device", "NAME", into(input.device), "a device's name instead of the default one");
  command.add_option("--pace", "PACE",
                     one_of({"realtime", "fast"},
                            [options](std::size_t which) {
                              options->input.pace = which == 0 ? audio::Pace::kRealtime : audio::Pace::kFast;
                            }),
                     "feed a file by the clock (realtime) or as fast as it goes (fast)");
  command.add_option("--raw-rate", "HZ", into(input.raw.format.sample_rate_hz),
                     "sample rate of raw standard input (16000)");
  command.add_option("--raw-channels", "N", into(input.raw.format.channels), "channels of raw standard input (1)");
  command.add_option("--raw-format", "FORMAT",
                     one_of({"s16le", "f32le"},
                            [options](std::size_t which) {
                              options->input.raw.encoding =
                                  which == 0 ? audio::SampleEncoding::kS16 : audio::SampleEncoding::kF32;
                            }),
                     "s16le or f32le (s16le)");
  command.add_flag("--push-to-talk", options->push_to_talk, "one utterance: the end of the input is the key's release");
  add_recognizer_options(command, options->recognizer);
  command.add_flag("--no-asr", options->no_asr, "capture, conditioning and voice detection alone");
  command.add_option("--http", "ADDR:PORT", into(options->http),
                     "show it to browsers, and its metrics to Prometheus, as in 127.0.0.1:9464");
  command.add_flag("--json", options->json, "events as JSON, one a line");
  command.add_option("--trace", "FILE", into(options->trace),
                     "write what the threads did last into a file that Perfetto opens");
  command.set_work([options] {
    auto setup = service::Setup::load();
    if (!setup) return complain(setup.error());
    return ListenCommand(*options, std::move(*setup)).run();
  });
}

}  // namespace voicestand::app
