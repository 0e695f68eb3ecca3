#include "voicestand/speech/worker_recognizer.h"

#include <algorithm>
#include <cmath>

#include "voicestand/lib/posix/sibling_program.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::speech {
namespace {

using Failure = WorkerProcess::Failure;
using std::chrono::steady_clock;

constexpr std::size_t kMinSamples = kSampleRateHz / 10;  // below, the engine has no frame to work on
constexpr int kMaxStarts = 4;                            // when it is killed each time before it is ready
constexpr int kMaxAttempts = 2;                          // to decode the same audio
constexpr double kPatienceFactor = 20;                   // a busy machine is so much slower than it has been
constexpr double kForget = 0.9;
constexpr auto kWorkerName = "voicestand-worker";

// The best of what ONNX Runtime's kernels choose by on this processor.
std::string instruction_set() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vnni")) return "avx512vnni";
  if (__builtin_cpu_supports("avx512f")) return "avx512";
  if (__builtin_cpu_supports("avx2")) return "avx2";
  return "sse2";
#else
  return "neon";
#endif
}

std::chrono::duration<double> seconds_of(std::size_t samples) {
  return std::chrono::duration<double>(static_cast<double>(samples) / kSampleRateHz);
}

}  // namespace

WorkerRecognizer::WorkerRecognizer(Options options, posix::SharedMemory audio, posix::EventFd interrupted) noexcept
    : interrupted_(std::move(interrupted)),
      options_(std::move(options)),
      info_{.model = options_.model_id, .engine = "sherpa", .isa = instruction_set(), .load_time = {}},
      max_samples_(audio.bytes().size() / sizeof(float)),
      audio_(std::move(audio)) {}

Result<std::unique_ptr<WorkerRecognizer>> WorkerRecognizer::create(Options options) {
  if (options.program.empty()) options.program = posix::sibling_program(kWorkerName);
  const auto samples = static_cast<std::size_t>(options.max_audio.count()) * kSampleRateHz / 1'000;
  auto audio = posix::SharedMemory::create("voicestand-audio", samples * sizeof(float));
  if (!audio) return std::unexpected(audio.error());
  auto interrupted = posix::EventFd::create();
  if (!interrupted) return std::unexpected(interrupted.error());
  std::unique_ptr<WorkerRecognizer> recognizer(
      new WorkerRecognizer(std::move(options), std::move(*audio), std::move(*interrupted)));
  const std::stop_callback on_stop(recognizer->options_.stop, [&] { recognizer->interrupt(); });
  if (auto started = recognizer->start_worker(); !started) return std::unexpected(started.error().error);
  recognizer->info_.load_time = recognizer->worker_->load_time();
  return recognizer;
}

Result<Hypothesis> WorkerRecognizer::recognize(const Request& request) {
  const AudioView& audio = request.audio;
  if (audio.size() > max_samples_) {
    return fail(Errc::kUsage, "more audio than the recogniser takes at once", info_.model, "give it in shorter pieces");
  }
  if (interrupted_.lower()) return fail(Errc::kInterrupted, "interrupted");
  if (audio.size() < kMinSamples) return Hypothesis{};
  place(audio);
  for (int attempt = 1;; ++attempt) {
    auto hypothesis = decode(audio.size());
    if (hypothesis) return *std::move(hypothesis);
    const Failure& failure = hypothesis.error();
    if (failure.kind == Failure::Kind::kInterrupted) return std::unexpected(failure.error);
    drop_worker(failure.error);
    if (attempt == kMaxAttempts || failure.kind == Failure::Kind::kRefused) {
      return fail(Errc::kWorkerFailed, failure.error.what, failure.error.where, failure.error.remedy);
    }
  }
}

auto WorkerRecognizer::decode(std::size_t samples) -> WorkerProcess::Outcome<Hypothesis> {
  if (!worker_) {
    if (auto started = start_worker(); !started) return std::unexpected(std::move(started.error()));
  }
  const auto start = steady_clock::now();
  const auto expected = seconds_of(samples) * (slowest_ * kPatienceFactor);
  const auto deadline = start + options_.patience + std::chrono::duration_cast<std::chrono::nanoseconds>(expected);
  auto message = worker_->decode(++sequence_, samples, deadline);
  if (!message) return std::unexpected(std::move(message.error()));
  const std::chrono::nanoseconds waited = steady_clock::now() - start;
  slowest_ = std::max(slowest_ * kForget, std::chrono::duration<double>(waited) / seconds_of(samples));
  const auto claimed = std::min<std::uint64_t>(message->value, static_cast<std::uint64_t>(waited.count()));
  return Hypothesis{.text = worker_protocol::clean_text(message->text),
                    .words = std::nullopt,
                    .confidence = std::nullopt,
                    .decode_time = std::chrono::nanoseconds(claimed)};
}

auto WorkerRecognizer::start_worker() -> WorkerProcess::Outcome<void> {
  const WorkerProcess::Options options{.program = options_.program,
                                       .model_dir = options_.model_dir,
                                       .threads = options_.threads,
                                       .max_samples = max_samples_,
                                       .start_timeout = options_.start_timeout};
  for (int start = 1;; ++start) {
    auto worker = WorkerProcess::start(options, audio_, interrupted_);
    if (worker) {
      worker_.emplace(std::move(*worker));
      worker_pid_.store(worker_->pid(), std::memory_order_relaxed);  // pair: worker_pid(), a number alone
      return {};
    }
    if (worker.error().kind != Failure::Kind::kKilled || start == kMaxStarts) {
      return std::unexpected(std::move(worker.error()));
    }
    drop_worker(worker.error().error);
  }
}

// Kills it where it still lives, and reaps it.
void WorkerRecognizer::drop_worker(const Error& why) {
  worker_pid_.store(-1, std::memory_order_relaxed);  // pair: worker_pid(), a number alone
  worker_.reset();
  restarts_.fetch_add(1, std::memory_order_relaxed);  // pair: restarts(), a count alone
  if (options_.on_restart) options_.on_restart(why);
}

void WorkerRecognizer::place(const AudioView& audio) noexcept {
  auto* place = reinterpret_cast<float*>(audio_.writable_bytes().data());
  for (const auto& piece : audio.pieces()) {
    place =
        std::ranges::transform(piece, place, [](float sample) { return std::isfinite(sample) ? sample : 0.0F; }).out;
  }
}

void WorkerRecognizer::interrupt() noexcept {
  interrupted_.raise();
}

// Pair: the stores in start_worker() and drop_worker().
pid_t WorkerRecognizer::worker_pid() const noexcept {
  return worker_pid_.load(std::memory_order_relaxed);
}

// Pair: drop_worker().
std::uint64_t WorkerRecognizer::restarts() const noexcept {
  return restarts_.load(std::memory_order_relaxed);
}

}  // namespace voicestand::speech
