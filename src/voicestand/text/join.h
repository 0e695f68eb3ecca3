#pragma once

#include <string>
#include <string_view>

namespace voicestand::text {

// Thread: any. Real-time: no. `left` followed by `right` as one would write it: trimmed at the seam, one space between
// them, but none before punctuation that closes, after a bracket that opens, or within writing that knows no spaces
// (Chinese, Japanese). `left`, trimmed, is always a prefix of the result.
[[nodiscard]] std::string join_text(std::string_view left, std::string_view right);

// Thread: any. Real-time: no. Whether one would write a space between the two where they meet as they are.
[[nodiscard]] bool needs_space(std::string_view left, std::string_view right) noexcept;

}  // namespace voicestand::text
