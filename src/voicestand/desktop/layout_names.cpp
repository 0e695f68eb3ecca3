#include "voicestand/desktop/layout_names.h"

#include <algorithm>
#include <array>

namespace voicestand::desktop {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::size_t kMostBytes = 200;

// What a name is made of, and what stands between names: XKB reads files by them.
bool is_list(std::string_view text) {
  const auto may_be = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == ',';
  };
  return text.size() <= kMostBytes && std::ranges::all_of(text, may_be);
}

std::string_view trim(std::string_view text, std::string_view what) {
  const std::size_t first = text.find_first_not_of(what);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(what) - first + 1);
}

// Takes what stands before `end`, or all, off the front.
std::string_view take(std::string_view& text, char end) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

// The value that a line gives one of the names; nothing where it is about something else.
std::optional<std::string_view> value_in(std::string_view line, std::string_view shell, std::string_view x11) {
  line = trim(line, kBlanks);
  if (line.starts_with(shell) && line.substr(shell.size()).starts_with('='))
    return trim(trim(line.substr(shell.size() + 1), kBlanks), "\"'");
  if (!line.starts_with("Option")) return std::nullopt;
  (void)take(line, '"');
  if (take(line, '"') != x11) return std::nullopt;
  (void)take(line, '"');
  return take(line, '"');
}

}  // namespace

Result<LayoutNames> LayoutNames::parse(std::string_view text) {
  LayoutNames names;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view one = trim(take(rest, ','), kBlanks);
    const std::size_t open = std::min(one.find('('), one.size());
    const std::string_view layout = one.substr(0, open);
    std::string_view variant = one.substr(open);
    const bool whole = variant.empty() || (variant.size() > 2 && variant.ends_with(')'));
    if (whole && !variant.empty()) variant = variant.substr(1, variant.size() - 2);
    if (layout.empty() || !whole || !is_list(layout) || !is_list(variant) || text.size() > kMostBytes)
      return fail(Errc::kUsage, "this names no keyboard layout", text, "write it as in 'us' or 'de(nodeadkeys)'");
    const std::string_view between = names.layouts.empty() ? "" : ",";
    names.layouts.append(between).append(layout);
    names.variants.append(between).append(variant);
  }
  return names;
}

std::optional<LayoutNames> layout_in_file(std::string_view content) {
  LayoutNames names;
  while (!content.empty()) {
    const std::string_view line = take(content, '\n');
    const auto layouts = value_in(line, "XKBLAYOUT", "XkbLayout");
    const auto variants = value_in(line, "XKBVARIANT", "XkbVariant");
    if (layouts && is_list(*layouts)) names.layouts = *layouts;
    if (variants && is_list(*variants)) names.variants = *variants;
  }
  if (names.layouts.empty()) return std::nullopt;
  return names;
}

}  // namespace voicestand::desktop
