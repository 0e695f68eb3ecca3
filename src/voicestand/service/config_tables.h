#pragma once

#include <optional>
#include <string>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/toml/document.h"
#include "voicestand/service/config.h"
#include "voicestand/text/rewriting.h"

// The parts of the configuration whose keys are the user's own. Thread: any. Real-time: no.
namespace voicestand::service {

// Takes the entry over where it is of one of them, or says what is wrong with it; nothing where it is of none.
[[nodiscard]] std::optional<Result<void>> take_own(const toml::Entry& entry, LoadedConfig& config);

// text.phrases or text.replace, where the key is of one of them, else none.
[[nodiscard]] text::Rewriting::Table* table_of(const std::vector<std::string>& parts, Config& config);

// What a profile sets. Errors: kBadConfig.
[[nodiscard]] Result<void> take_setting(const Config::Profile::Setting& setting, Config& config);

}  // namespace voicestand::service
