#include "voicestand/lib/x11/windows.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "voicestand/lib/x11/library.h"

namespace voicestand::x11 {
namespace {

constexpr std::uint32_t kLongestWords = 256;  // of a property, four bytes each

// Empty where it has none, or is gone.
std::vector<std::byte> property(Connection& connection, WindowId window, Atom name) {
  const Library& x11 = connection.library();
  const Reply<xcb_get_property_reply_t> answer(x11.xcb_get_property_reply(
      connection.get(),
      x11.xcb_get_property(connection.get(), 0, window, name, XCB_GET_PROPERTY_TYPE_ANY, 0, kLongestWords), nullptr));
  if (!answer || answer->type == XCB_NONE) return {};
  const auto* const value = static_cast<const std::byte*>(x11.xcb_get_property_value(answer.get()));
  const auto size = static_cast<std::size_t>(x11.xcb_get_property_value_length(answer.get()));
  return {value, value + size};
}

std::vector<std::byte> property(Connection& connection, WindowId window, const char* name) {
  const auto atom = connection.atom(name);
  return atom ? property(connection, window, *atom) : std::vector<std::byte>();
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::optional<std::uint32_t> number_of(std::span<const std::byte> bytes) {
  std::uint32_t number = 0;
  if (bytes.size() < sizeof number) return std::nullopt;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

}  // namespace

WindowId program_window(Connection& connection, WindowId window) {
  const Library& x11 = connection.library();
  const auto state = connection.atom("WM_STATE");
  if (!state) return 0;
  WindowId last = 0;
  while (window != 0 && window != connection.root()) {
    if (!property(connection, window, *state).empty()) return window;
    const Reply<xcb_query_tree_reply_t> tree(
        x11.xcb_query_tree_reply(connection.get(), x11.xcb_query_tree(connection.get(), window), nullptr));
    if (!tree) return 0;
    last = window;
    window = tree->parent;
  }
  // Where a window manager runs, this is something of its own that holds the keyboard while no program has it.
  const bool managed = !property(connection, connection.root(), "_NET_SUPPORTING_WM_CHECK").empty();
  return managed ? 0 : last;
}

std::string class_of(Connection& connection, WindowId window) {
  // Two strings with a zero after each: what this one is called, and its class.
  const auto bytes = property(connection, window, XCB_ATOM_WM_CLASS);
  std::string_view text = text_of(bytes);
  const std::size_t end = text.find('\0');
  if (end == std::string_view::npos) return {};
  text.remove_prefix(end + 1);
  return std::string(text.substr(0, text.find('\0')));
}

Result<bool> takes_pings(Connection& connection, WindowId window) {
  const auto ping = connection.atom("_NET_WM_PING");
  if (!ping) return std::unexpected(ping.error());
  const auto bytes = property(connection, window, "WM_PROTOCOLS");
  for (std::span<const std::byte> rest = bytes; rest.size() >= sizeof(Atom); rest = rest.subspan(sizeof(Atom)))
    if (number_of(rest) == *ping) return true;
  return false;
}

std::optional<pid_t> process_of(Connection& connection, WindowId window) {
  constexpr std::size_t kLongestName = 256;
  std::array<char, kLongestName> here{};
  if (::gethostname(here.data(), here.size() - 1) != 0) return std::nullopt;
  const auto machine = property(connection, window, "WM_CLIENT_MACHINE");
  const auto process = number_of(property(connection, window, "_NET_WM_PID"));
  const std::string_view its = text_of(machine);
  if (!process || its.substr(0, its.find('\0')) != std::string_view(here.data())) return std::nullopt;
  return static_cast<pid_t>(*process);
}

}  // namespace voicestand::x11
