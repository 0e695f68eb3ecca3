#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace voicestand::text {

// Thread: any. Real-time: no. The stretches between white space (ASCII); views into `text`.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view text);

// Thread: any. Real-time: no. Unicode code points of UTF-8 text: what "characters" means everywhere in this module.
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;

// Thread: any. Real-time: no. The bytes that the first `characters` code points of `text` take.
[[nodiscard]] std::size_t bytes_of_characters(std::string_view text, std::size_t characters) noexcept;

// Thread: any. Real-time: no. A word without the punctuation at its end; one that is nothing else stays whole.
[[nodiscard]] std::string_view bare_word(std::string_view word) noexcept;

// Thread: any. Real-time: no. Whether two words are the same but for ASCII case and the punctuation at their ends.
[[nodiscard]] bool same_word(std::string_view left, std::string_view right) noexcept;

}  // namespace voicestand::text
