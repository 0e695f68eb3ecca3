#pragma once

namespace voicestand {

// Letters A to Z alone: all other bytes stay as they are, those of UTF-8 too. Thread: any. Real-time: yes.
[[nodiscard]] constexpr char ascii_lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}
[[nodiscard]] constexpr char ascii_upper(char letter) noexcept {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

}  // namespace voicestand
