#include "voicestand/speech/worker_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include <poll.h>
#include <signal.h>

namespace voicestand::speech {
namespace {

namespace protocol = worker_protocol;
using protocol::Kind;
using std::chrono::steady_clock;

constexpr std::size_t kLastWordsBytes = 300;
constexpr std::chrono::milliseconds kDyingTime{2'000};  // between closing the socket and being dead
constexpr int kNoSuchProgram = 127;                     // what the loader and posix_spawn's child say
constexpr int kMaxStrayPackets = 1'000;
constexpr auto kReinstall = "install VoiceStand again";

int milliseconds_until(Clock::TimePoint deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX));
}

WorkerProcess::Failure interruption() {
  return {WorkerProcess::Failure::Kind::kInterrupted, {Errc::kInterrupted, "interrupted", {}, {}}};
}

WorkerProcess::Failure cannot_start(Error error) {
  if (error.code == Errc::kServiceMissing) error.remedy = kReinstall;
  error.code = Errc::kWorkerFailed;
  return {WorkerProcess::Failure::Kind::kDied, std::move(error)};
}

}  // namespace

WorkerProcess::WorkerProcess(posix::ChildProcess child, posix::PacketSocket socket, posix::StderrCapture said,
                             const posix::EventFd& interrupted, std::string name) noexcept
    : said_(std::move(said)),
      socket_(std::move(socket)),
      child_(std::move(child)),
      interrupted_(&interrupted),
      name_(std::move(name)) {}

auto WorkerProcess::start(const Options& options, const posix::SharedMemory& audio, const posix::EventFd& interrupted)
    -> Outcome<WorkerProcess> {
  const auto deadline = steady_clock::now() + options.start_timeout;
  auto said = posix::StderrCapture::create();
  if (!said) return std::unexpected(cannot_start(said.error()));
  auto ends = posix::PacketSocket::pair();
  if (!ends) return std::unexpected(cannot_start(ends.error()));
  auto child = posix::ChildProcess::spawn(
      {.argv = {options.program, options.model_dir, std::to_string(options.threads),
                std::to_string(options.max_samples)},
       .descriptors = {
           {said->fd(), STDERR_FILENO}, {ends->second.fd(), protocol::kSocketFd}, {audio.fd(), protocol::kAudioFd}}});
  if (!child) return std::unexpected(cannot_start(child.error()));
  // The child alone holds the other end from here on, so that its death ends the connection.
  {
    const posix::PacketSocket its_end = std::move(ends->second);
  }
  WorkerProcess worker(std::move(*child), std::move(ends->first), std::move(*said), interrupted, options.program);
  if (auto ready = worker.wait_until_ready(deadline); !ready) return std::unexpected(std::move(ready.error()));
  return worker;
}

auto WorkerProcess::wait_until_ready(Clock::TimePoint deadline) -> Outcome<void> {
  bool loading = false;
  for (;;) {
    auto message = receive(deadline);
    if (!message) {
      // Once it is loading, an end that nobody else made is the engine's verdict on the model.
      if (loading && message.error().kind == Failure::Kind::kDied &&
          message.error().error.code == Errc::kWorkerFailed && child_.pid() < 0) {
        message.error().kind = Failure::Kind::kRefused;
        message.error().error.code = Errc::kBadModel;
        message.error().error.remedy = "check the model with: voicestand models verify";
      }
      return std::unexpected(std::move(message.error()));
    }
    switch (message->kind) {
      case Kind::kLoading:
        if (loading) return std::unexpected(broken("it spoke out of turn"));
        loading = true;
        continue;
      case Kind::kRefused: {
        Error error = protocol::refused(*message);
        error.what = with_last_words(std::move(error.what));
        return std::unexpected(Failure{Failure::Kind::kRefused, std::move(error)});
      }
      case Kind::kReady:
        load_time_ = std::chrono::nanoseconds(std::min<std::uint64_t>(message->value, INT64_MAX));
        return {};
      case Kind::kDecode:
      case Kind::kDecoded:
        break;
    }
    return std::unexpected(broken("it spoke out of turn"));
  }
}

auto WorkerProcess::decode(std::uint64_t sequence, std::size_t samples, Clock::TimePoint deadline)
    -> Outcome<protocol::Message> {
  const auto request = protocol::pack({.kind = Kind::kDecode, .sequence = sequence, .value = samples, .text = {}});
  if (!socket_.send(request)) return std::unexpected(death());
  for (int strays = 0; strays < kMaxStrayPackets; ++strays) {
    auto message = receive(deadline);
    if (!message || (message->kind == Kind::kDecoded && message->sequence == sequence)) return message;
    if (message->kind != Kind::kDecoded || message->sequence > sequence) break;
  }
  return std::unexpected(broken("it spoke out of turn"));
}

auto WorkerProcess::receive(Clock::TimePoint deadline) -> Outcome<protocol::Message> {
  for (;;) {
    std::array<pollfd, 2> readable{pollfd{.fd = interrupted_->fd(), .events = POLLIN, .revents = 0},
                                   pollfd{.fd = socket_.fd(), .events = POLLIN, .revents = 0}};
    const int count = ::poll(readable.data(), readable.size(), milliseconds_until(deadline));
    if (count < 0 && errno != EINTR) return std::unexpected(broken("waiting for it failed"));
    if (count == 0 && steady_clock::now() >= deadline) return std::unexpected(broken("it does not answer"));
    if (count <= 0) continue;
    if (readable[0].revents != 0 && interrupted_->lower()) return std::unexpected(interruption());
    if (readable[1].revents == 0) continue;
    protocol::Packet packet;
    const auto size = socket_.receive(packet);
    if (!size) return std::unexpected(broken("it spoke nonsense"));
    if (*size == 0) return std::unexpected(death());
    auto message = protocol::unpack(std::span(packet).first(*size));
    if (!message) return std::unexpected(broken("it spoke nonsense"));
    return *std::move(message);
  }
}

// It closed its end: it is dead, or dying, or pretends.
auto WorkerProcess::death() -> Failure {
  const auto exit = child_.wait_for(kDyingTime);
  if (!exit) return broken("it hung up");
  if (exit->signal == SIGKILL) {
    return {Failure::Kind::kKilled, {Errc::kWorkerFailed, "the recognition worker was killed", name_, "try again"}};
  }
  std::string how = exit->signal != 0 ? "signal " + std::to_string(exit->signal) : "code " + std::to_string(exit->code);
  Failure failure{
      Failure::Kind::kDied,
      {Errc::kWorkerFailed, with_last_words("the recognition worker ended with " + how), name_, "try again"}};
  if (exit->signal == 0 && exit->code == kNoSuchProgram) failure.error.remedy = kReinstall;
  return failure;
}

auto WorkerProcess::broken(std::string what) -> Failure {
  child_.signal(SIGKILL);
  return {Failure::Kind::kDied,
          {Errc::kWorkerFailed, with_last_words("the recognition worker is of no use: " + std::move(what)), name_,
           "try again"}};
}

std::string WorkerProcess::with_last_words(std::string what) const {
  const std::string words = said_.last_words(kLastWordsBytes);
  return words.empty() ? what : what + " (" + words + ")";
}

}  // namespace voicestand::speech
