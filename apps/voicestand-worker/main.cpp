// voicestand-worker: the speech engine in a process of its own, because the library that it stands on ends its process
// on input that it does not like. Started by voicestand; docs/adr/0002-recognition-worker.md says how they speak.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <span>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "serve.h"
#include "voicestand/lib/sherpa/engine_memory.h"
#include "voicestand/speech/worker_protocol.h"

namespace {

using namespace voicestand;
namespace protocol = speech::worker_protocol;

constexpr int kUsage = 2;
constexpr int kFailed = 1;

// The parent alone decides when this process ends; it leaves no core of a hundred megabytes behind.
void isolate() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(number, SIG_IGN);
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

// Ends the process as soon as the parent is gone, also in the middle of loading or decoding.
void watch_parent(int socket) {
  std::thread([socket] {
    ::prctl(PR_SET_NAME, "vs-watch");
    pollfd hung_up{.fd = socket, .events = POLLRDHUP, .revents = 0};
    while (::poll(&hung_up, 1, -1) <= 0) {
    }
    ::_exit(0);
  }).detach();
}

template <typename T>
bool parse(std::string_view text, T least, T most, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && value >= least && value <= most;
}

int complain(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message().c_str());
  return kFailed;
}

int run(const sherpa::SherpaEngine::Options& options, std::size_t max_samples) {
  const posix::PacketSocket parent(posix::UniqueFd{protocol::kSocketFd});
  const auto audio = posix::SharedMemory::attach(posix::UniqueFd(protocol::kAudioFd), max_samples * sizeof(float));
  if (!audio) return complain(audio.error());
  watch_parent(parent.fd());
  if (auto sent =
          parent.send(protocol::pack({.kind = protocol::Kind::kLoading, .sequence = 0, .value = 0, .text = {}}));
      !sent) {
    return complain(sent.error());
  }
  const auto start = std::chrono::steady_clock::now();
  auto engine = sherpa::SherpaEngine::load(options);
  if (!engine) {
    (void)parent.send(protocol::pack(protocol::refusal(engine.error())));
    return complain(engine.error());
  }
  sherpa::release_free_memory();
  const auto took = static_cast<std::uint64_t>((std::chrono::steady_clock::now() - start).count());
  if (auto sent =
          parent.send(protocol::pack({.kind = protocol::Kind::kReady, .sequence = 0, .value = took, .text = {}}));
      !sent) {
    return complain(sent.error());
  }
  const auto served = serve(parent, *audio, *engine);
  return served ? 0 : complain(served.error());
}

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  sherpa::SherpaEngine::Options options;
  std::size_t max_samples = 0;
  if (arguments.size() != 4 || !parse(arguments[2], 1, 64, options.threads) ||
      !parse(arguments[3], std::size_t{16'000}, std::size_t{16'000 * 60}, max_samples) ||
      ::fcntl(protocol::kSocketFd, F_GETFD) < 0 || ::fcntl(protocol::kAudioFd, F_GETFD) < 0) {
    std::fputs("voicestand-worker is started by voicestand, not by hand\n", stderr);
    return kUsage;
  }
  options.model_dir = arguments[1];
  isolate();
  sherpa::keep_freed_memory();
  // Without the library's destructors: the system takes everything back faster.
  const int code = run(options, max_samples);
  std::fflush(nullptr);
  ::_exit(code);
}
