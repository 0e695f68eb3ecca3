#include "bench/asr/listen_run.h"

#include <chrono>

#include <nlohmann/json.hpp>
#include <time.h>

#include "bench/asr/child_lines.h"
#include "voicestand/lib/posix/child_process.h"
#include "voicestand/lib/posix/sibling_program.h"

namespace voicestand::bench {
namespace {

using Json = nlohmann::json;
using TimePoint = std::chrono::steady_clock::time_point;

// What another process has used so far.
Seconds cpu_time_of(pid_t pid) noexcept {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return Seconds(0);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

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
      run_.peak_rss_mib = event.value("peak_rss_bytes", 0.0) / 1024 / 1024;
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
  auto lines = ChildLines::open();
  if (!lines) return std::unexpected(std::move(lines.error()));
  posix::ChildProcess::Options options{.argv = {posix::sibling_program("voicestand"), "listen", "--json", "--pace",
                                                "realtime", "--model", model, "--input", recording},
                                       .descriptors = {{lines->child_end(), 1}}};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());

  Account account(std::chrono::steady_clock::now());
  auto program = posix::ChildProcess::spawn(options);
  if (!program) return std::unexpected(std::move(program.error()));
  lines->close_child_end();
  while (const auto line = lines->next()) {
    const Json event = Json::parse(*line, nullptr, false);
    if (event.is_object()) account.take(event, program->pid());
  }
  if (account.complete() && program->wait().clean()) return account.run();
  return fail(Errc::kBadData, "the program did not listen to the end", recording, "run 'voicestand listen' on it");
}

}  // namespace voicestand::bench
