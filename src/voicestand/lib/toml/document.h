#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "voicestand/base/result.h"

namespace voicestand::toml {

// A kind of value that is not looked into: "array" (not of texts alone), "date", "time", "date-time", "table" (an empty
// one), …
struct OtherKind {
  std::string name;
  friend bool operator==(const OtherKind&, const OtherKind&) = default;
};

// Arrays of texts alone are looked into; an empty one is one of them.
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>, OtherKind>;

// One `key = value`, with the sections it stands in.
struct Entry {
  std::string key;                 // "segmentation.pre_roll_ms"; parts that are not bare keys are quoted
  std::vector<std::string> parts;  // the same, one by one and without quotes
  Value value;
  std::size_t line = 0;  // of the value, counted from 1
};

// All entries in the order of the text, tables and inline tables opened up; an empty table is an entry of its own.
// `name` is what errors say in front of the line. Thread: any. Real-time: no. Errors: kBadConfig with
// where = "name:line" for text that is not UTF-8 or not TOML.
[[nodiscard]] Result<std::vector<Entry>> parse(std::string_view text, const std::string& name);

// The text with `section.key` set to a string and every other byte kept: in place where the key is already there,
// else below its section's heading, else in a new section at the end. Both names are bare keys. Thread: any.
// Real-time: no. Errors: those of parse(), and kBadConfig where the text leaves no place for the key.
[[nodiscard]] Result<std::string> with_string(std::string_view text, const std::string& name, std::string_view section,
                                              std::string_view key, std::string_view value);

// As it is written in TOML: a basic string with its quotes. Thread: any. Real-time: no.
[[nodiscard]] std::string basic_string(std::string_view text);

// The line of the first byte that is not UTF-8, counted from 1; 0 where all is well. Thread: any. Real-time: no.
[[nodiscard]] std::size_t first_line_not_utf8(std::string_view text) noexcept;

}  // namespace voicestand::toml
