#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace voicestand::nn::fuzz_test {

// What a fuzzer has given, taken piece by piece as decisions; all zero after its end.
class Script {
 public:
  explicit Script(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }
  [[nodiscard]] std::span<const std::uint8_t> rest() const { return rest_; }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    return byte;
  }
  // Below `end`, which is not 0 and at most 2^24.
  std::size_t index(std::size_t end) {
    std::size_t value = byte();
    if (end > 0x100) value = value << 8 | byte();
    if (end > 0x10000) value = value << 8 | byte();
    return value % end;
  }

 private:
  std::span<const std::uint8_t> rest_;
};

// Damages a file as the rest of the script says.
inline void damage(std::string& file, Script& script) {
  while (!script.empty() && !file.empty()) {
    const std::uint8_t what = script.byte();
    const std::size_t at = script.index(file.size());
    switch (what % 6) {
      case 0:
        file[at] = static_cast<char>(file[at] ^ 1 << script.byte() % 8);
        break;
      case 1:
        file[at] = static_cast<char>(script.byte());
        break;
      case 2:
        file.erase(at, script.byte());
        break;
      case 3:
        file.insert(at, 1, static_cast<char>(script.byte()));
        break;
      case 4:
        file.insert(at, file.substr(script.index(file.size()), script.byte()));
        break;
      default:
        file.resize(at);
        break;
    }
  }
}

}  // namespace voicestand::nn::fuzz_test
