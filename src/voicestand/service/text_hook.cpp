#include "voicestand/service/text_hook.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include "voicestand/desktop/typed_text.h"
#include "voicestand/lib/posix/shared_memory.h"
#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/nn/json_reader.h"
#include "voicestand/text/json_writer.h"

namespace voicestand::service {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kDyingTime{5};  // what memory it has to give back may take longer
constexpr std::size_t kChunkBytes = std::size_t{16} << 10U;
constexpr auto kTryIt = R"(run it by hand: it is given {"text": "…", "app": "…"} and is to write {"text": "…"})";

int milliseconds_until(steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX));
}

// All that is written there until nobody holds the other end any more; less where that is not before the deadline, or
// more than an answer may be. Returns whether it is all.
bool read_all(int fd, steady_clock::time_point deadline, std::string& bytes) {
  std::array<char, kChunkBytes> chunk{};
  while (bytes.size() <= TextHook::kMostAnswerBytes && steady_clock::now() < deadline) {
    pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&readable, 1, milliseconds_until(deadline)) <= 0) continue;
    const ssize_t size = ::read(fd, chunk.data(), chunk.size());
    if (size <= 0) return size == 0;
    bytes.append(chunk.data(), static_cast<std::size_t>(size));
  }
  return false;
}

// In a memory file, which can be read at any pace or not at all.
Result<posix::SharedMemory> question(const TextHook::Said& said) {
  text::JsonWriter json;
  json.begin_object();
  json.member("text", said.text);
  said.app.empty() ? json.null_member("app") : json.member("app", said.app);
  json.end_object();
  const std::string bytes = json.finish();
  auto memory = posix::SharedMemory::create("text", bytes.size());
  if (memory) std::memcpy(memory->writable_bytes().data(), bytes.data(), bytes.size());
  return memory;
}

// Sets `text`; what is wrong with the answer where something is.
std::string_view read(std::string_view answer, std::string& text) {
  if (answer.empty()) return "it wrote nothing";
  nn::JsonReader json(answer);
  bool found = false;
  if (json.enter_object()) {
    std::string_view value;
    while (json.next_key(value)) {
      if (value != "text") {
        json.skip();
      } else if (json.string(value)) {
        text = value;
        found = true;
      } else {
        return "its \"text\" is not a text";
      }
    }
  }
  if (!json.at_end()) return "it did not write one JSON object";
  if (!found) return "it wrote an object without \"text\"";
  const bool typable = text.find('\r') == std::string::npos && desktop::TypedText::from(text);
  return typable ? std::string_view() : "its text is not UTF-8, or has a control character in it";
}

}  // namespace

Result<std::string> TextHook::rewrite(const Said& said) {
  const auto deadline = steady_clock::now() + options_.timeout;
  if (options_.argv.empty()) return fail(Errc::kBadConfig, "no program is named", "text.command", "name one");
  const std::string& program = options_.argv.front();
  if (dying_ && !dying_->wait_for(milliseconds(0)))
    return fail(Errc::kWorkerFailed, "it was killed and has not ended yet", program, "try again in a moment");

  auto input = question(said);
  if (!input) return std::unexpected(std::move(input.error()));
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
    return fail(Errc::kIo, std::strerror(errno), program, "raise the limit on open files");
  const posix::UniqueFd output(pipe[0]);
  posix::UniqueFd its_output(pipe[1]);
  auto child = posix::ChildProcess::spawn(
      {.argv = options_.argv, .descriptors = {{input->fd(), STDIN_FILENO}, {its_output.get(), STDOUT_FILENO}}});
  if (!child) return std::unexpected(std::move(child.error()));
  its_output.reset();

  std::string answer;
  std::optional<posix::ChildProcess::Exit> exit;
  if (read_all(output.get(), deadline, answer)) exit = child->wait_for(milliseconds(milliseconds_until(deadline)));
  if (!exit) return std::unexpected(end(std::move(*child), answer.size()));
  if (!exit->clean()) {
    const std::string how =
        exit->signal != 0 ? "by signal " + std::to_string(exit->signal) : "with code " + std::to_string(exit->code);
    return fail(Errc::kWorkerFailed, "it ended " + how, program, kTryIt);
  }
  std::string text;
  if (const auto wrong = read(answer, text); !wrong.empty()) return fail(Errc::kBadData, wrong, program, kTryIt);
  return text;
}

Error TextHook::end(posix::ChildProcess child, std::size_t answer_bytes) {
  child.signal_group(SIGKILL);
  const auto exit = child.wait_for(kDyingTime);
  if (!exit) dying_ = std::move(child);
  Error error{.code = Errc::kWorkerFailed, .what = {}, .where = options_.argv.front(), .remedy = kTryIt};
  if (answer_bytes > kMostAnswerBytes) {
    error.code = Errc::kBadData;
    error.what = "it wrote more than 1 MiB";
  } else if (exit && exit->signal != SIGKILL) {
    error.what = "it ended, but left a program behind that holds its standard output";
    error.remedy = "add >/dev/null to what it leaves behind";
  } else {
    error.what = "it did not end within " + std::to_string(options_.timeout.count()) + " milliseconds";
    error.remedy = "make it faster, or give it more time";
  }
  return error;
}

}  // namespace voicestand::service
