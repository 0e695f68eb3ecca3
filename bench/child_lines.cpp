#include "bench/child_lines.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace voicestand::bench {
namespace {

constexpr int kPatienceMs = 60'000;

}  // namespace

Result<ChildLines> ChildLines::start(std::vector<std::string> argv, std::optional<int> standard_input) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return fail(Errc::kIo, std::strerror(errno), "a pipe", "raise the limit on open files");
  posix::UniqueFd ours(ends[0]);
  const posix::UniqueFd childs(ends[1]);
  posix::ChildProcess::Options options{.argv = std::move(argv), .descriptors = {{childs.get(), STDOUT_FILENO}}};
  if (standard_input) options.descriptors.emplace_back(*standard_input, STDIN_FILENO);
  auto child = posix::ChildProcess::spawn(options);
  if (!child) return std::unexpected(std::move(child.error()));
  return ChildLines(std::move(*child), std::move(ours));
}

std::optional<std::string> ChildLines::next() {
  for (;;) {
    if (const auto end = pending_.find('\n'); end != std::string::npos) {
      std::string line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return line;
    }
    pollfd readable{.fd = output_.get(), .events = POLLIN, .revents = 0};
    const int count = ::poll(&readable, 1, kPatienceMs);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    std::array<char, 4096> block{};
    const ssize_t got = ::read(output_.get(), block.data(), block.size());
    if (got <= 0) return std::nullopt;
    pending_.append(block.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace voicestand::bench
