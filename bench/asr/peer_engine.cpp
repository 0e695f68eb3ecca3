#include "bench/asr/peer_engine.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "bench/json.h"

namespace voicestand::bench {
namespace {

constexpr const char* kPython = VOICESTAND_BUNDLE_DIR "/bench-peers/asr-venv/bin/python";
constexpr const char* kRunner = VOICESTAND_BENCH_DIR "/asr/asr_peer.py";
constexpr const char* kRemedy = "run tools/fetch_bench_peers.py asr";

}  // namespace

Result<std::unique_ptr<PeerEngine>> PeerEngine::start(const std::string& engine, const std::string& model) {
  if (::access(kPython, X_OK) != 0) return fail(Errc::kServiceMissing, "it is not installed", kPython, kRemedy);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return fail(Errc::kIo, std::strerror(errno), "a pipe", "raise the limit on open files");
  const posix::UniqueFd childs(ends[0]);
  posix::UniqueFd requests(ends[1]);
  auto answers = ChildLines::start({kPython, "-B", kRunner, engine, model}, childs.get());
  if (!answers) return std::unexpected(std::move(answers.error()));
  if (!answers->next()) return fail(Errc::kServiceMissing, "it does not start", engine, kRemedy);
  return std::unique_ptr<PeerEngine>(new PeerEngine(engine, std::move(*answers), std::move(requests)));
}

Result<PeerEngine::Answer> PeerEngine::ask(const std::string& request) {
  const std::string line = request + "\n";
  const bool sent = ::write(requests_.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
  const auto said = sent ? answers_.next() : std::nullopt;
  const auto json = Json::parse(said.value_or(""), nullptr, false);
  if (!json.is_object()) return fail(Errc::kBadData, "it does not answer", name_, kRemedy);
  if (text_of(json, "text").value_or("").empty())
    return fail(Errc::kBadData, "an engine said nothing to speech", name_, "do not trust the figures");
  return Answer{.wall = Seconds(json.value("wall_s", 0.0)), .cpu = Seconds(json.value("cpu_s", 0.0))};
}

}  // namespace voicestand::bench
