#pragma once

#include <string>
#include <string_view>

namespace voicestand::text {

// Thread: any. Real-time: no. `left` followed by `right` as one would write it: trimmed at the seam, one space between
// them, but none before punctuation that closes, after a bracket that opens, or within writing that knows no spaces
// (Chinese, Japanese). `left`, trimmed, is always a prefix of the result.
[[nodiscard]] std::string join_text(std::string_view left, std::string_view right);

}  // namespace voicestand::text
