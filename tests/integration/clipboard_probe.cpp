// What a program that lives on does with the clipboard, for tests.
//
// usage: clipboard_probe TEXT [secret]
//
// Keeps what is on the clipboard, offers TEXT and says "offered"; at a line of standard input puts back what was there
// and says "restored"; at another one leaves it there and ends, as it does with standard input.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <unistd.h>

#include "voicestand/base/exit_code.h"
#include "voicestand/desktop/wayland_clipboard.h"
#include "voicestand/desktop/x11_clipboard.h"

namespace voicestand::desktop {
namespace {

void say(const char* line) {
  std::puts(line);
  std::fflush(stdout);
}

bool next_line() {
  std::array<char, 64> line{};
  return ::read(STDIN_FILENO, line.data(), line.size()) > 0;
}

Result<std::unique_ptr<Clipboard>> open() {
  if (std::getenv("WAYLAND_DISPLAY") != nullptr) return WaylandClipboard::create();
  return X11Clipboard::create("CLIPBOARD");
}

Result<void> run(std::string_view text, bool secret) {
  const auto clipboard = open();
  if (!clipboard) return std::unexpected(clipboard.error());
  auto before = (*clipboard)->save();
  if (!before) return std::unexpected(std::move(before.error()));
  if (auto offered = (*clipboard)->offer(text_content(text, secret)); !offered) return offered;
  say("offered");
  if (!next_line()) return {};
  if (auto restored = (*clipboard)->offer(std::move(*before)); !restored) return restored;
  say("restored");
  if (next_line()) (*clipboard)->leave_it_there();
  return {};
}

}  // namespace
}  // namespace voicestand::desktop

int main(int argc, char** argv) {
  if (argc < 2) return static_cast<int>(voicestand::ExitCode::kUsage);
  const auto done = voicestand::desktop::run(argv[1], argc > 2);
  if (done) return 0;
  std::fprintf(stderr, "%s\n", done.error().message().c_str());
  return static_cast<int>(voicestand::exit_code_of(done.error().code));
}
