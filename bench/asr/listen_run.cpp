#include "bench/asr/listen_run.h"

#include <chrono>
#include <utility>

#include "bench/child_lines.h"
#include "bench/cpu_time.h"
#include "bench/json.h"
#include "bench/unit.h"
#include "voicestand/lib/posix/sibling_program.h"

namespace voicestand::bench {
namespace {

using TimePoint = std::chrono::steady_clock::time_point;

// Makes of the events, as they come, what is to be known.
class Account {
 public:
  explicit Account(TimePoint began) : began_(began) {}

  void take(const Json& event, pid_t program) {
    const TimePoint now = std::chrono::steady_clock::now();
    const std::string type = event.value("type", "");
    if (type == "ready") {
      cpu_when_ready_ = cpu_time_of(program);
      ready_ = now;
      run_.start_to_ready = now - began_;
    } else if (type == "speech_started" && !spoken_) {
      spoken_ = true;
      onset_ = Seconds(event.value("at_s", 0.0));
    } else if (type == "partial" && spoken_ && !run_.first_partial) {
      run_.first_partial = (now - ready_) - onset_;  // the audio begins to flow when the program is ready
    } else if (type == "final") {
      const Json wait = event.value(Json::json_pointer("/latency/release_to_final_ms"), Json());
      if (wait.is_number()) run_.release_to_final = std::chrono::duration<double, std::milli>(wait.get<double>());
    } else if (type == "summary") {
      complete_ = true;
      run_.cpu_after_ready = Seconds(event.value("cpu_s", 0.0)) - cpu_when_ready_;
      run_.overruns = event.value("overruns", std::uint64_t{0});
      run_.dropped_frames = event.value("dropped_frames", std::uint64_t{0});
      const Json allocations = event.value("realtime_allocations", Json());
      if (allocations.is_number_unsigned()) run_.realtime_allocations = allocations.get<std::uint64_t>();
      run_.peak_rss_mib = mib_of(event.value("peak_rss_bytes", 0.0));
    }
  }

  [[nodiscard]] bool complete() const noexcept { return complete_; }
  [[nodiscard]] const ListenRun& run() const noexcept { return run_; }

 private:
  TimePoint began_;
  TimePoint ready_;
  Seconds cpu_when_ready_{0};
  bool spoken_ = false;
  Seconds onset_{0};  // in the audio
  bool complete_ = false;
  ListenRun run_;
};

}  // namespace

Result<ListenRun> listen(const std::string& model, const std::string& recording,
                         const std::vector<std::string>& arguments) {
  std::vector<std::string> argv{posix::sibling_program("voicestand"),
                                "listen",
                                "--json",
                                "--pace",
                                "realtime",
                                "--model",
                                model,
                                "--input",
                                recording};
  argv.insert(argv.end(), arguments.begin(), arguments.end());

  Account account(std::chrono::steady_clock::now());
  auto program = ChildLines::start(std::move(argv));
  if (!program) return std::unexpected(std::move(program.error()));
  while (const auto line = program->next()) {
    const Json event = Json::parse(*line, nullptr, false);
    if (event.is_object()) account.take(event, program->pid());
  }
  if (account.complete() && program->ended_well()) return account.run();
  return fail(Errc::kBadData, "the program did not listen to the end", recording, "run 'voicestand listen' on it");
}

}  // namespace voicestand::bench
