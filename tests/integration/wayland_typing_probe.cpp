// What tests of typing under Wayland need beside the program: a keyboard that holds modifiers, the session's keymap,
// and text for one window alone. See the usage below.

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include <poll.h>
#include <unistd.h>

#include "voicestand/base/exit_code.h"
#include "voicestand/desktop/virtual_keyboard_sink.h"

namespace voicestand::desktop {
namespace {

constexpr std::string_view kUsage =
    "usage: wayland_typing_probe hold MODIFIERS | keymap | into TEXT [ERASED]\n"
    "hold: a keyboard with these modifiers (XKB's bits) held, until standard input ends; says \"holding\".\n"
    "keymap: prints the seat's keymap.\n"
    "into: says \"ready APPLICATION\", and at each line of standard input types TEXT into the window that had the "
    "focus\n"
    "      at the beginning, and into no other, ERASED being taken back first; says \"typed CHARACTERS "
    "all|rest-kept\".\n";

int fail_with(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message().c_str());
  return static_cast<int>(exit_code_of(error.code));
}

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

// Waits for a line, or the end: then false.
bool next_line() {
  std::array<char, 64> line{};
  return ::read(STDIN_FILENO, line.data(), line.size()) > 0;
}

Result<void> hold(std::uint32_t modifiers) {
  auto connection = wayland::Connection::open();
  if (!connection) return std::unexpected(std::move(connection.error()));
  const auto seat = wayland::Seat::bind(**connection, std::string(xkb::kExtensionMark));
  if (!seat) return std::unexpected(seat.error());
  auto keyboard = wayland::VirtualKeyboard::create(**connection, **seat);
  if (!keyboard) return std::unexpected(std::move(keyboard.error()));
  const auto keymap = xkb::Keymap::named("us", "");
  if (!keymap) return std::unexpected(keymap.error());
  if (auto set = keyboard->set_keymap(keymap->text()); !set) return set;
  keyboard->set_modifiers(modifiers, 0);
  if (auto settled = (*connection)->settle(); !settled) return settled;
  say("holding");
  constexpr std::chrono::minutes kLong{10};
  const auto ended = (*connection)->listen_until(std::chrono::steady_clock::now() + kLong, STDIN_FILENO);
  return ended ? Result<void>() : std::unexpected(ended.error());
}

Result<void> print_keymap() {
  auto connection = wayland::Connection::open();
  if (!connection) return std::unexpected(std::move(connection.error()));
  const auto seat = wayland::Seat::bind(**connection, "\n\n\n\n");
  if (!seat) return std::unexpected(seat.error());
  say((*seat)->keymap());
  return {};
}

// What `erased` is is taken back first.
Result<void> type_into(std::string_view utf8, std::string_view erased) {
  const auto text = TypedText::replacing(erased, utf8);
  if (!text) return std::unexpected(text.error());
  const auto sink = VirtualKeyboardSink::create();
  if (!sink) return std::unexpected(sink.error());
  const auto window = (*sink)->focused();
  if (!window) return std::unexpected(window.error());
  if (!*window) return fail(Errc::kNotFound, "no window has the focus");
  say("ready " + (*window)->application + ((*window)->terminal ? " terminal" : ""));
  while (next_line()) {
    const auto typed = (*sink)->type(*text, (*window)->id);
    if (!typed) return std::unexpected(typed.error());
    say("typed " + std::to_string(typed->characters) + (typed->window_changed ? " rest-kept" : " all"));
  }
  return {};
}

int run(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  Result<void> done;
  if (what == "hold" && argc == 3) {
    const std::string_view number = argv[2];
    std::uint32_t modifiers = 0;
    std::from_chars(number.data(), number.data() + number.size(), modifiers);
    done = hold(modifiers);
  } else if (what == "keymap" && argc == 2) {
    done = print_keymap();
  } else if (what == "into" && (argc == 3 || argc == 4)) {
    done = type_into(argv[2], argc > 3 ? argv[3] : "");
  } else {
    std::fputs(std::string(kUsage).c_str(), stderr);
    return static_cast<int>(ExitCode::kUsage);
  }
  return done ? 0 : fail_with(done.error());
}

}  // namespace
}  // namespace voicestand::desktop

int main(int argc, char** argv) {
  return voicestand::desktop::run(argc, argv);
}
