#pragma once

#include <cstdint>
#include <string>

#include "voicestand/base/result.h"

namespace voicestand::bench {

// Thread: any. How large a program is without its symbols, as packages ship it. Errors: kServiceMissing without
// 'strip', kIo.
[[nodiscard]] Result<std::uint64_t> stripped_size(const std::string& program);

}  // namespace voicestand::bench
