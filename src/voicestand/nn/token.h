#pragma once

#include <cstdint>

namespace voicestand::nn {

// A number in a model's vocabulary.
using Token = std::uint32_t;

}  // namespace voicestand::nn
