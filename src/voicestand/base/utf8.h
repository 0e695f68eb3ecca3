#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace voicestand {

// Thread: any. Real-time: no. `code_point` is one that UTF-8 can hold.
void append_utf8(std::string& text, std::uint32_t code_point);

// How many bytes the first character of `text` takes, which is not empty; 0 when it begins with no valid one.
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

// The text with each longest beginning of a character that is cut off or broken replaced by U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view text);

// The text's characters; nothing where it is no UTF-8.
[[nodiscard]] std::optional<std::u32string> utf32_of(std::string_view text);

}  // namespace voicestand
