#include <algorithm>
#include <cmath>
#include <optional>

#include "voicestand/lib/toml/document.h"
#include "voicestand/lib/toml/tomlplusplus.h"

namespace voicestand::toml {
namespace {

// toml++ counts lines and columns in code points, from 1; the text's own mark at its beginning is not counted.
std::size_t offset_of(std::string_view text, ::toml::source_position position) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  for (auto line = position.line; line > 1; --line) at = std::min(text.find('\n', at), text.size() - 1) + 1;
  for (auto column = position.column; column > 1 && at < text.size(); --column) {
    do ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
  }
  return at;
}

// True where `edited` says what `before` says, but for `key`, which is `value`.
bool changes_only(const std::vector<Entry>& before, const std::string& edited, const std::string& key,
                  std::string_view value) {
  auto after = parse(edited, "");
  if (!after) return false;
  std::size_t set = 0;
  std::erase_if(*after, [&](const Entry& entry) {
    if (entry.key != key) return false;
    const auto* text = std::get_if<std::string>(&entry.value);
    if (text != nullptr && *text == value) ++set;
    return true;
  });
  const std::string section = key.substr(0, key.find('.'));
  std::vector<Entry> kept;
  std::ranges::copy_if(before, std::back_inserter(kept), [&](const Entry& entry) {
    return entry.key != key && !(entry.key == section && entry.value == Value(OtherKind{"table"}));
  });
  const auto same = [](const Entry& a, const Entry& b) {
    // Here a NaN equals itself.
    const auto* x = std::get_if<double>(&a.value);
    const auto* y = std::get_if<double>(&b.value);
    if (a.key != b.key || a.value.index() != b.value.index()) return false;
    return x != nullptr && std::isnan(*x) ? std::isnan(*y) : a.value == b.value;
  };
  return set == 1 && std::ranges::equal(*after, kept, same);
}

// Past the line's end, where `line` is the heading of `section`.
bool is_heading(std::string_view line, std::string_view section) {
  const auto skip = [&] { line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size())); };
  const auto take = [&](std::string_view token) {
    skip();
    if (!line.starts_with(token)) return false;
    line.remove_prefix(token.size());
    return true;
  };
  if (!take("[") || !take(section) || !take("]")) return false;
  skip();
  return line.empty() || line.front() == '#';
}

std::string insert(std::string_view text, std::size_t at, std::string_view piece) {
  std::string out(text.substr(0, at));
  out += piece;
  out += text.substr(at);
  return out;
}

}  // namespace

Result<std::string> with_string(std::string_view text, const std::string& name, std::string_view section,
                                std::string_view key, std::string_view value) {
  const auto before = parse(text, name);
  if (!before) return std::unexpected(before.error());
  const std::string path = std::string(section) + "." + std::string(key);
  const std::string newline = text.find("\r\n") == std::string_view::npos ? "\n" : "\r\n";
  const std::string assignment = std::string(key) + " = " + basic_string(value);

  // Each place is tried; the first whose result reads back as meant is taken.
  std::optional<std::string> edited;
  const auto consider = [&](std::string candidate) {
    if (!edited && changes_only(*before, candidate, path, value)) edited = std::move(candidate);
  };
  const ::toml::parse_result parsed = ::toml::parse(text);
  if (const auto node = parsed.table()[section][key]) {
    const auto& region = node.node()->source();
    const std::size_t begin = offset_of(text, region.begin);
    const std::size_t end = offset_of(text, region.end);
    if (begin <= end) {
      consider(std::string(text.substr(0, begin)) + basic_string(value) + std::string(text.substr(end)));
    }
  }
  for (std::size_t at = 0; at < text.size() && !edited;) {
    const std::size_t end = text.find('\n', at);
    const std::string_view line = text.substr(at, end == std::string_view::npos ? end : end - at);
    const bool last = end == std::string_view::npos;
    if (is_heading(line, section)) {
      consider(last ? std::string(text) + newline + assignment + newline : insert(text, end + 1, assignment + newline));
    }
    if (last) break;
    at = end + 1;
  }
  const std::string gap = text.empty() ? "" : text.ends_with('\n') ? newline : newline + newline;
  consider(std::string(text) + gap + "[" + std::string(section) + "]" + newline + assignment + newline);
  const std::size_t top = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  consider(insert(text, top, std::string(section) + "." + assignment + newline));
  if (edited) return *edited;
  return fail(Errc::kBadConfig, "there is no place to set " + path, name,
              "set it by hand: " + path + " = " + basic_string(value));
}

}  // namespace voicestand::toml
