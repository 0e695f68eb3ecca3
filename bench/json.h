#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "bench/machine.h"

// What both programs tell in JSON, and how. Thread: any.
namespace voicestand::bench {

using Json = nlohmann::ordered_json;

// What has no value is null.
template <typename T>
[[nodiscard]] Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

[[nodiscard]] Json json_of(const Machine& machine);

// In what was read: nothing where it is no object, or has no such member, or that is no text.
[[nodiscard]] const Json* member(const Json& object, const char* name);
[[nodiscard]] std::optional<std::string> text_of(const Json& object, const char* name);

// On a line of its own; what is no UTF-8 becomes U+FFFD.
[[nodiscard]] std::string line_of(const Json& document);

}  // namespace voicestand::bench
