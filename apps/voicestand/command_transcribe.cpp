#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "command.h"
#include "console.h"
#include "output_file.h"
#include "progress_bar.h"
#include "recognizer_options.h"
#include "signal_watch.h"
#include "transcript_format.h"
#include "voicestand/audio/audio_file.h"
#include "voicestand/pipeline/transcription.h"
#include "voicestand/service/composition.h"

namespace voicestand::app {
namespace {

struct Options {
  std::vector<std::string> files;
  TranscriptFormat format = TranscriptFormat::kText;
  std::string output_folder;  // empty: standard output
  service::RecognizerChoice recognizer;
};

std::string stem_of(const std::string& path) {
  std::string name = path.substr(path.find_last_of('/') + 1);
  if (const auto dot = name.rfind('.'); dot != std::string::npos && dot > 0) name.resize(dot);
  return name;
}

std::string output_path(const Options& options, const std::string& file) {
  return options.output_folder + "/" + stem_of(file) + "." + ending_of(options.format);
}

Result<void> check_output(const Options& options) {
  const bool whole_file_format = options.format != TranscriptFormat::kText && options.format != TranscriptFormat::kJson;
  if (options.output_folder.empty()) {
    if (whole_file_format && options.files.size() > 1) {
      return fail(Errc::kUsage, "subtitles of several files cannot share one output", {},
                  "name a folder with --output");
    }
    return {};
  }
  if (::mkdir(options.output_folder.c_str(), 0777) != 0 && errno != EEXIST) {
    return fail(Errc::kIo, std::strerror(errno), options.output_folder, "name a folder that can be written to");
  }
  struct stat folder{};
  if (::stat(options.output_folder.c_str(), &folder) != 0 || !S_ISDIR(folder.st_mode)) {
    return fail(Errc::kUsage, "is not a folder", options.output_folder, "name a folder with --output");
  }
  std::set<std::string> taken;
  for (const std::string& file : options.files) {
    if (!taken.insert(output_path(options, file)).second) {
      return fail(Errc::kUsage, "two files would be written to one place", output_path(options, file),
                  "transcribe them one at a time");
    }
  }
  return {};
}

class TranscribeRun {
 public:
  TranscribeRun(const Options& options, speech::VoiceActivityDetector& detector, speech::Recognizer& recognizer,
                const speech::SegmenterConfig& segmenter, const std::atomic<bool>& interrupted)
      : options_(options),
        recognizer_(recognizer),
        transcription_(detector, recognizer, segmenter),
        interrupted_(interrupted) {}

  Result<void> file(const std::string& path) {
    auto opened = audio::AudioFile::open(path);
    if (!opened) return std::unexpected(std::move(opened.error()));
    std::optional<double> total_s;
    if (const auto frames = opened->frames()) total_s = static_cast<double>(*frames) / opened->format().sample_rate_hz;

    Result<pipeline::Transcript> transcript;
    {
      ProgressBar bar(stem_of(path), total_s);
      transcript = transcription_.run(
          {.format = opened->format(), .read = [&](std::span<float> samples) { return opened->read(samples); }},
          [&](double done_s) {
            bar.show(done_s);
            return !interrupted_.load();
          });
    }
    if (!transcript) return std::unexpected(std::move(transcript.error()));
    if (opened->incomplete())
      remark(path + ": the file is damaged or cut off: what could be read has been transcribed");
    return write(path, format_transcript(options_.format, path, *transcript, recognizer_.info()));
  }

 private:
  Result<void> write(const std::string& path, const std::string& content) {
    if (!options_.output_folder.empty()) return write_file(output_path(options_, path), content);
    const bool titled = options_.format == TranscriptFormat::kText && options_.files.size() > 1;
    return write_out(titled ? "==> " + path + " <==\n" + content : content);
  }

  const Options& options_;
  speech::Recognizer& recognizer_;
  pipeline::Transcription transcription_;
  const std::atomic<bool>& interrupted_;
};

ExitCode transcribe(const Options& options) {
  if (const auto checked = check_output(options); !checked) return complain(checked.error());
  const auto setup = service::Setup::load();
  if (!setup) return complain(setup.error());
  const auto detector = service::make_detector(*setup);
  if (!detector) return complain(detector.error());
  service::RecognizerChoice choice = options.recognizer;
  choice.max_audio = service::longest_audio(service::file_segmenter_config(setup->config.values));
  const auto recognition = service::make_recognition(*setup, choice);
  if (!recognition) return complain(recognition.error());
  if (recognition->unheard) remark("[vocabulary] has no effect: " + recognition->unheard->message());

  std::atomic<bool> interrupted{false};
  const auto watch = SignalWatch::create([&](int) {
    interrupted = true;
    recognition->recognizer->interrupt();
  });
  if (!watch) return complain(watch.error());

  TranscribeRun run(options, **detector, *recognition->recognizer, service::file_segmenter_config(setup->config.values),
                    interrupted);
  ExitCode outcome = ExitCode::kDone;
  for (const std::string& path : options.files) {
    auto done = run.file(path);
    if (done) continue;
    if (interrupted) done = fail(Errc::kInterrupted, "interrupted", path, "what was finished before it is in place");
    const ExitCode code = complain(done.error());
    // A file that is refused does not stop the others; what would befall them as well does.
    if (code != ExitCode::kRefused) return code;
    outcome = code;
  }
  return outcome;
}

}  // namespace

void add_transcribe(Command& program) {
  const auto options = std::make_shared<Options>();
  constexpr std::array kFormats{TranscriptFormat::kText, TranscriptFormat::kJson, TranscriptFormat::kSrt,
                                TranscriptFormat::kVtt, TranscriptFormat::kTsv};
  Command& command = program.add_command("transcribe", "write the text of audio files");
  command.add_arguments("FILE", Command::Need::kRequired, into(options->files),
                        "any audio file that libsndfile or ffmpeg reads");
  command.add_option("--format", "FORMAT",
                     one_of({"text", "json", "srt", "vtt", "tsv"},
                            [options, kFormats](std::size_t which) { options->format = kFormats.at(which); }),
                     "text, json, srt, vtt or tsv (text)");
  command.add_option("--output", "DIR", into(options->output_folder), "write one file each into this folder");
  add_recognizer_options(command, options->recognizer);
  command.set_work([options] { return transcribe(*options); });
}

}  // namespace voicestand::app
