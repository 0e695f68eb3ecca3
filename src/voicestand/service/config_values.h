#pragma once

#include <string>

#include "voicestand/base/result.h"
#include "voicestand/lib/toml/document.h"
#include "voicestand/service/config_keys.h"

namespace voicestand::service {

// A value for people: "true", "\"text\"", "a list of 3 texts". Thread: any. Real-time: no.
[[nodiscard]] std::string kind_of(const toml::Value& value);

// Sets the field to the value. Thread: any. Real-time: no. Errors: kBadConfig where the key takes no such value.
[[nodiscard]] Result<void> assign(const ConfigKey& key, const toml::Value& value, const ConfigField& field);

}  // namespace voicestand::service
