// A worker that breaks the protocol in the way that its first argument, otherwise the model's folder, names: what the
// recogniser must survive. For tests alone.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <signal.h>
#include <unistd.h>

#include "voicestand/lib/posix/packet_socket.h"
#include "voicestand/speech/worker_protocol.h"

namespace {

using namespace voicestand;
using namespace voicestand::speech::worker_protocol;

class Worker {
 public:
  void say(Kind kind, std::uint64_t sequence = 0, const std::string& text = {}, std::uint64_t value = 1'000) const {
    send(pack({.kind = kind, .sequence = sequence, .value = value, .text = text}));
  }
  void send(const std::vector<std::byte>& packet) const { (void)socket_.send(packet); }
  void get_ready() const {
    say(Kind::kLoading);
    say(Kind::kReady);
  }
  // The sequence of the next request; ends the process where there is none.
  [[nodiscard]] std::uint64_t hear() const {
    Packet packet;
    const auto size = socket_.receive(packet);
    if (!size || *size == 0) ::_exit(0);
    return unpack(std::span(packet).first(*size)).value().sequence;
  }
  [[nodiscard]] int fd() const { return socket_.fd(); }

 private:
  posix::PacketSocket socket_{posix::UniqueFd(kSocketFd)};
};

[[noreturn]] void sleep_for_ever() {
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

std::vector<std::byte> noise(std::size_t size_bytes) {
  std::vector<std::byte> bytes(size_bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 131 + 17);
  return bytes;
}

using Act = void (*)(const Worker&);

const std::map<std::string_view, Act> kBeforeReady{
    {"silent", [](const Worker&) { sleep_for_ever(); }},
    {"garbage", [](const Worker& worker) { worker.send(noise(64)); }},
    {"short", [](const Worker& worker) { worker.send(noise(3)); }},
    {"too-long", [](const Worker& worker) { worker.send(noise(kMaxPacketBytes + 1)); }},
    {"decodes-unasked", [](const Worker& worker) { worker.say(Kind::kDecoded, 1, "unasked"); }},
    {"loads-twice",
     [](const Worker& worker) {
       worker.say(Kind::kLoading);
       worker.say(Kind::kLoading);
     }},
    {"wrong-version",
     [](const Worker& worker) {
       auto packet = pack({.kind = Kind::kReady, .sequence = 0, .value = 0, .text = {}});
       packet[4] = std::byte{9};
       worker.send(packet);
     }},
    {"lies-about-length",
     [](const Worker& worker) {
       auto packet = pack({.kind = Kind::kReady, .sequence = 0, .value = 0, .text = "text"});
       packet[24] = std::byte{200};
       worker.send(packet);
     }},
    {"hangs-up",
     [](const Worker& worker) {
       ::close(worker.fd());
       sleep_for_ever();
     }},
    {"exits", [](const Worker&) { ::_exit(0); }},
    {"aborts-loading",
     [](const Worker& worker) {
       worker.say(Kind::kLoading);
       std::fputs("engine.cc:12 \033[1;31mbad tensor\033[m\n", stderr);
       ::abort();
     }},
    {"exits-loading",
     [](const Worker& worker) {
       worker.say(Kind::kLoading);
       ::_exit(255);
     }},
    {"killed-loading",
     [](const Worker& worker) {
       worker.say(Kind::kLoading);
       ::raise(SIGKILL);
     }},
    {"refuses",
     [](const Worker& worker) {
       worker.send(pack(refusal({Errc::kModelMissing, "no such \033]0;file", "/there", "pull it"})));
     }},
    {"refuses-oddly", [](const Worker& worker) { worker.say(Kind::kRefused, 0, "odd", 1'000'000); }},
};

const std::map<std::string_view, Act> kWhenAsked{
    {"answers-garbage", [](const Worker& worker) { worker.send(noise(4'000)); }},
    {"answers-other-sequence", [](const Worker& worker) { worker.say(Kind::kDecoded, 1'000'000, "from the future"); }},
    {"answers-ready", [](const Worker& worker) { worker.say(Kind::kReady); }},
    {"answers-stale-for-ever",
     [](const Worker& worker) {
       for (;;) worker.say(Kind::kDecoded, 0, "stale");
     }},
    {"dies-when-asked", [](const Worker&) { ::_exit(3); }},
    {"sleeps-when-asked", [](const Worker&) { sleep_for_ever(); }},
    {"chatters-and-dies",
     [](const Worker&) {
       for (int i = 0; i < 20'000; ++i) std::fputs("I am not well. ", stderr);
       ::_exit(9);
     }},
};

}  // namespace

int main(int, char** argv) {
  const Worker worker;
  if (const auto act = kBeforeReady.find(argv[1]); act != kBeforeReady.end()) {
    act->second(worker);
    sleep_for_ever();
  }
  worker.get_ready();
  for (;;) {
    const std::uint64_t sequence = worker.hear();
    if (const auto act = kWhenAsked.find(argv[1]); act != kWhenAsked.end()) {
      act->second(worker);
      sleep_for_ever();
    }
    // Formally right, and still not to be believed.
    worker.say(Kind::kDecoded, sequence - 1, "an old answer");
    worker.say(Kind::kDecoded, sequence, "\033[2Jred\xff\n", UINT64_MAX);
  }
}
