// Stands at an X display as VoiceStand's typing would, and as a hand at the keyboard does. With one argument, the
// milliseconds to wait for held modifiers, it reads commands from standard input and answers each with one line:
//   focused                        <id> <class> <terminal|window>, or nothing
//   type ID|any FILE               <characters> typed|window_changed in <us> us, or failed <error>
//                                  of a file with a 0 byte, what is before it is taken back and what follows typed
//   press KEYCODE                  done: on a keyboard that is not XTEST's, as hardware would
//   release KEYCODE                done
//   down                           the keycodes that are down, and the locked modifiers
// With arguments ID=CHORD…, it waits for these until standard input ends, and prints "ready" or "failed <error>", and
// then:
//   pressed|released ID            and how many milliseconds ago
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "voicestand/base/clock.h"
#include "voicestand/base/exit_code.h"
#include "voicestand/desktop/key_chord.h"
#include "voicestand/desktop/typed_text.h"
#include "voicestand/desktop/x11_text_sink.h"
#include "voicestand/desktop/x11_trigger.h"
#include "voicestand/lib/x11/connection.h"
#include "voicestand/lib/x11/keyboards.h"
#include "voicestand/lib/x11/moment.h"

namespace voicestand::desktop {
namespace {

// Xvfb's own: it comes after the two virtual devices, XTEST's two, and the mouse.
constexpr std::uint16_t kHardware = 7;

std::string focused(X11TextSink& sink) {
  const auto window = sink.focused();
  if (!window) return "failed " + window.error().message();
  if (!*window) return "nothing";
  return fmt::format("{} {} {}", (*window)->id, (*window)->application, (*window)->terminal ? "terminal" : "window");
}

std::string type(X11TextSink& sink, std::istringstream& arguments) {
  std::string window;
  std::string path;
  arguments >> window >> path;
  std::ifstream file(path, std::ios::binary);
  const std::string content(std::istreambuf_iterator<char>(file), {});
  const std::size_t end = content.find('\0');
  const auto text = end == std::string::npos ? TypedText::from(content)
                                             : TypedText::replacing(content.substr(0, end), content.substr(end + 1));
  if (!text) return "failed " + text.error().message();
  const SteadyClock clock;
  const auto begin = clock.now();
  const auto typed = sink.type(*text, window == "any" ? std::nullopt : std::optional(window));
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(clock.now() - begin);
  if (!typed) return "failed " + typed.error().message();
  return fmt::format("{} {} in {} us", typed->characters, typed->window_changed ? "window_changed" : "typed",
                     took.count());
}

std::string down(x11::Connection& connection) {
  const auto moment = x11::look(connection);
  if (!moment) return "failed " + moment.error().message();
  std::string keys;
  for (std::size_t key = 0; key < moment->down.size(); ++key)
    if (moment->down[key]) keys += fmt::format("{} ", key);
  return keys + fmt::format("locked: {}", moment->locked);
}

int watch(const std::vector<std::string>& arguments) {
  std::vector<Binding> bindings;
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    const auto chord = KeyChord::parse(argument.substr(equals + 1));
    if (equals == std::string::npos || !chord) return static_cast<int>(ExitCode::kUsage);
    bindings.push_back({.id = argument.substr(0, equals), .chord = *chord});
  }
  const SteadyClock clock;
  const auto trigger = X11Trigger::open(std::move(bindings), clock);
  fmt::print("{}\n", trigger ? "ready" : "failed " + trigger.error().message());
  std::fflush(stdout);
  if (!trigger) return static_cast<int>(exit_code_of(trigger.error().code));
  std::array<pollfd, 2> waits{pollfd{.fd = (*trigger)->fd(), .events = POLLIN, .revents = 0},
                              pollfd{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0}};
  while (waits[1].revents == 0) {
    const auto events = (*trigger)->read();
    if (!events) fmt::print("failed {}\n", events.error().message());
    if (events) {
      for (const TriggerEvent& event : *events)
        fmt::print("{} {} {}\n", event.kind == TriggerEvent::Kind::kPressed ? "pressed" : "released", event.id,
                   std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - event.at).count());
    }
    std::fflush(stdout);
    if (!events && events.error().code == Errc::kIo) return static_cast<int>(ExitCode::kFailed);
    ::poll(waits.data(), waits.size(), -1);
  }
  return 0;
}

int type_for(int patience_ms) {
  auto connection = x11::Connection::open();
  auto sink = X11TextSink::open({.patience = std::chrono::milliseconds(patience_ms)});
  if (!connection || !sink) return static_cast<int>(ExitCode::kMissing);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream arguments(line);
    std::string command;
    arguments >> command;
    std::string answer = "failed: no such command";
    if (command == "focused") answer = focused(**sink);
    if (command == "type") answer = type(**sink, arguments);
    if (command == "down") answer = down(*connection);
    std::uint32_t key = 0;
    if ((command == "press" || command == "release") && arguments >> key) {
      x11::fake_key(*connection, {.key = key, .device = kHardware}, command == "press");
      answer = connection->sync() ? "done" : "failed";
    }
    fmt::print("{}\n", answer);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace voicestand::desktop

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  int patience_ms = 0;
  if (arguments.size() == 1 && std::istringstream(arguments.front()) >> patience_ms)
    return voicestand::desktop::type_for(patience_ms);
  return voicestand::desktop::watch(arguments);
}
