#include "voicestand/lib/wayland/seat.h"

#include <cerrno>
#include <utility>

#include <unistd.h>
#include <wayland-util.h>

#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/wayland/protocol.h"

namespace voicestand::wayland {
namespace {

constexpr std::uint32_t kMostKeymapBytes = 16U << 20U;
constexpr std::uint32_t kSeatReleaseSince = 5;

// Empty where it cannot be read.
std::string content_of(int fd, std::uint32_t size_bytes) {
  if (size_bytes > kMostKeymapBytes) return {};
  std::string content(size_bytes, '\0');
  std::size_t have = 0;
  while (have < content.size()) {
    const ssize_t got = ::pread(fd, content.data() + have, content.size() - have, static_cast<off_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return {};
    have += static_cast<std::size_t>(got);
  }
  content.resize(content.find_last_not_of('\0') + 1);
  return content;
}

}  // namespace

Result<std::unique_ptr<Seat>> Seat::bind(Connection& connection, std::string ignored) {
  Proxy proxy = connection.bind(protocol::seat::kInterface, protocol::seat::kRelease, kSeatReleaseSince);
  if (!proxy) return fail(Errc::kServiceMissing, "it has no seat", "Wayland compositor");
  std::unique_ptr<Seat> seat(new Seat(std::move(proxy), std::move(ignored)));
  seat->seat_.listen(*seat);
  // The first answer tells of the keyboard, the second of its keys.
  for (int answer = 0; answer < 2; ++answer)
    if (auto settled = connection.settle(); !settled) return std::unexpected(std::move(settled.error()));
  return seat;
}

void Seat::on_event(wl_proxy* from, std::uint32_t event, const wl_argument* arguments) {
  if (from == seat_.get()) {
    if (event == protocol::seat::kCapabilities) on_capabilities(arguments[0].u);
  } else if (event == protocol::keyboard::kKeymap) {
    on_keymap(arguments[0].u, arguments[1].h, arguments[2].u);
  }
}

void Seat::on_capabilities(std::uint32_t capabilities) {
  const bool has = (capabilities & protocol::seat::kKeyboard) != 0;
  if (has == has_keyboard()) return;
  if (!has) {
    keyboard_.reset();
    return;
  }
  keyboard_ = seat_.make(protocol::seat::kGetKeyboard, protocol::keyboard::kInterface, {{.n = 0}},
                         protocol::keyboard::kRelease);
  keyboard_.listen(*this);
}

void Seat::on_keymap(std::uint32_t format, int fd, std::uint32_t size_bytes) {
  const posix::UniqueFd file(fd);
  if (format != protocol::keyboard::kXkbTextV1) return;
  std::string text = content_of(fd, size_bytes);
  if (text.empty() || text.find(ignored_) != std::string::npos) return;
  keymap_ = std::move(text);
  ++keymaps_;
}

}  // namespace voicestand::wayland
