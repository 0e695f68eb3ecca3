#pragma once

#include <string>
#include <string_view>

#include "voicestand/base/result.h"

namespace voicestand::sherpa {

// Every Moonshine model has this many tokens; the engine ends the process when the model names one that the table
// lacks.
inline constexpr std::size_t kMoonshineTokens = 32'768;

// Makes the table that sherpa-onnx reads (a line for each token: its bytes in base64, a tab, its number) from a
// tokenizer.json, as nn::Tokenizer reads it; special tokens go by their names. The numbers must be 0 … kMoonshineTokens
// - 1, each once. Thread: any. Real-time: no. `where` names the source in errors. Errors: kBadModel.
[[nodiscard]] Result<std::string> token_table(std::string_view tokenizer_json, const std::string& where);

}  // namespace voicestand::sherpa
