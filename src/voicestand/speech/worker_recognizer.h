#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "voicestand/lib/posix/event_fd.h"
#include "voicestand/lib/posix/shared_memory.h"
#include "voicestand/speech/recognizer.h"
#include "voicestand/speech/worker_process.h"

namespace voicestand::speech {

// Recognition in a worker process that may die at any moment without a word being lost: the audio is kept until its
// text has arrived, and a fresh worker is given it again within the same call.
class WorkerRecognizer final : public Recognizer {
 public:
  struct Options {
    std::string program;  // of the worker; empty: "voicestand-worker" beside the running program
    std::string model_dir;
    std::string model_id;
    int threads = 1;
    std::chrono::milliseconds max_audio{22'000};
    std::chrono::milliseconds start_timeout{30'000};  // to load the model
    std::chrono::milliseconds patience{30'000};       // for an answer, besides 20 times what decoding has taken so far
    // Called by recognize() each time that a worker is lost, with the reason, before the next is started.
    std::function<void(const Error& why)> on_restart;
    std::stop_token stop;  // ends the waiting of create()
  };

  // Starts the worker and waits until it is ready. Thread: any. Real-time: no. Errors: kModelMissing, kBadModel,
  // kWorkerFailed, kInterrupted, kIo.
  [[nodiscard]] static Result<std::unique_ptr<WorkerRecognizer>> create(Options options);

  // As Recognizer says. Less than 0.1 s of audio holds no word: the text is empty. Samples that are not finite are
  // taken for silence. Errors: kUsage for more than max_samples(), kWorkerFailed, kInterrupted; after any of them the
  // next call starts anew.
  [[nodiscard]] Result<Hypothesis> recognize(const Request& request) override;

  // Where no recognize() runs, the next one is interrupted: an interruption is never lost.
  void interrupt() noexcept override;

  [[nodiscard]] const RecognizerInfo& info() const noexcept override { return info_; }
  [[nodiscard]] std::size_t max_samples() const noexcept override { return max_samples_; }

  // Thread: any. Real-time: yes. The worker of now, -1 between two of them.
  [[nodiscard]] pid_t worker_pid() const noexcept;
  // How many workers have been lost.
  [[nodiscard]] std::uint64_t restarts() const noexcept override;

 private:
  WorkerRecognizer(Options options, posix::SharedMemory audio, posix::EventFd interrupted) noexcept;

  [[nodiscard]] WorkerProcess::Outcome<void> start_worker();
  [[nodiscard]] WorkerProcess::Outcome<Hypothesis> decode(std::size_t samples);
  void drop_worker(const Error& why);
  void place(const AudioView& audio) noexcept;

  // Any thread.
  std::atomic<pid_t> worker_pid_{-1};
  std::atomic<std::uint64_t> restarts_{0};
  posix::EventFd interrupted_;

  // Fixed once created.
  Options options_;
  RecognizerInfo info_;
  std::size_t max_samples_;

  // recognize().
  posix::SharedMemory audio_;
  std::optional<WorkerProcess> worker_;
  std::uint64_t sequence_ = 0;
  double slowest_ = 0;  // seconds of decoding for a second of audio, slowly forgotten
};

}  // namespace voicestand::speech
