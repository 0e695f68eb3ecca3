#include "voicestand/text/json_writer.h"

#include <cmath>

#include <fmt/format.h>

#include "voicestand/base/utf8.h"

namespace voicestand::text {

void JsonWriter::separate() {
  if (!first_) text_ += ',';
  first_ = false;
}

void JsonWriter::literal(std::string_view text) {
  separate();
  text_ += text;
}

void JsonWriter::begin_object() {
  literal("{");
  first_ = true;
}

void JsonWriter::begin_array() {
  literal("[");
  first_ = true;
}

void JsonWriter::end(char closing) {
  text_ += closing;
  first_ = false;
}

void JsonWriter::key(std::string_view name) {
  separate();
  quote(name);
  text_ += ':';
  first_ = true;
}

void JsonWriter::value(std::string_view text) {
  separate();
  quote(text);
}

void JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  // Not by std::to_chars(): its tables are 400 KB, which would be in memory while one listens.
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  literal(text);
}

void JsonWriter::quote(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  text_ += '"';
  for (const char c : valid_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      (text_ += '\\') += c;
    } else if (c == '\n') {
      text_ += "\\n";
    } else if (byte < ' ') {
      ((text_ += "\\u00") += kHex[byte >> 4U]) += kHex[byte & 0xFU];
    } else {
      text_ += c;
    }
  }
  text_ += '"';
}

}  // namespace voicestand::text
