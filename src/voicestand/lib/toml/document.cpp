#include "voicestand/lib/toml/document.h"

#include <algorithm>
#include <utility>

#include "voicestand/lib/toml/tomlplusplus.h"

namespace voicestand::toml {
namespace {

bool is_bare(std::string_view part) {
  return !part.empty() && std::ranges::all_of(part, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

Value value_of(const ::toml::node& node) {
  if (const auto* value = node.as_boolean()) return value->get();
  if (const auto* value = node.as_integer()) return value->get();
  if (const auto* value = node.as_floating_point()) return value->get();
  if (const auto* value = node.as_string()) return value->get();
  if (const auto* array = node.as_array();
      array != nullptr && (array->empty() || array->is_homogeneous<std::string>())) {
    std::vector<std::string> texts;
    for (const auto& element : *array) {
      if (const auto* text = element.as_string()) texts.push_back(text->get());
    }
    return texts;
  }
  switch (node.type()) {
    case ::toml::node_type::array:
      return OtherKind{"array"};
    case ::toml::node_type::date:
      return OtherKind{"date"};
    case ::toml::node_type::time:
      return OtherKind{"time"};
    case ::toml::node_type::date_time:
      return OtherKind{"date-time"};
    default:
      return OtherKind{"table"};
  }
}

void collect(const ::toml::table& table, const Entry& section, std::vector<Entry>& entries) {
  for (const auto& [key, node] : table) {
    Entry entry = section;
    if (!entry.key.empty()) entry.key += '.';
    entry.key += is_bare(key.str()) ? std::string(key.str()) : basic_string(key.str());
    entry.parts.emplace_back(key.str());
    const auto* inner = node.as_table();
    if (inner != nullptr && !inner->empty()) {
      collect(*inner, entry, entries);
    } else {
      entry.value = value_of(node);
      entry.line = node.source().begin.line;
      entries.push_back(std::move(entry));
    }
  }
}

}  // namespace

std::string basic_string(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20U || byte == 0x7FU) {
      out += "\\u00";
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::size_t first_line_not_utf8(std::string_view text) noexcept {
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first == '\n') ++line;
    const std::size_t length = first < 0x80U   ? 1
                               : first < 0xC2U ? 0
                               : first < 0xE0U ? 2
                               : first < 0xF0U ? 3
                               : first < 0xF5U ? 4
                                               : 0;
    if (length == 0 || length > text.size() - at) return line;
    for (std::size_t i = 1; i < length; ++i) {
      const auto next = static_cast<unsigned char>(text[at + i]);
      // The second byte's range excludes over-long forms, surrogates and what lies beyond U+10FFFF.
      const unsigned low = i > 1 ? 0x80U : first == 0xE0U ? 0xA0U : first == 0xF0U ? 0x90U : 0x80U;
      const unsigned high = i > 1 ? 0xBFU : first == 0xEDU ? 0x9FU : first == 0xF4U ? 0x8FU : 0xBFU;
      if (next < low || next > high) return line;
    }
    at += length;
  }
  return 0;
}

Result<std::vector<Entry>> parse(std::string_view text, const std::string& name) {
  if (const std::size_t line = first_line_not_utf8(text); line != 0) {
    return fail(Errc::kBadConfig, "not UTF-8 text", name + ":" + std::to_string(line), "save the file as UTF-8");
  }
  const ::toml::parse_result parsed = ::toml::parse(text);
  if (!parsed) {
    const auto& error = parsed.error();
    return fail(Errc::kBadConfig, std::string(error.description()),
                name + ":" + std::to_string(std::max<std::size_t>(error.source().begin.line, 1)), "correct this line");
  }
  std::vector<Entry> entries;
  collect(parsed.table(), {}, entries);
  std::ranges::stable_sort(entries, {}, &Entry::line);
  return entries;
}

}  // namespace voicestand::toml
