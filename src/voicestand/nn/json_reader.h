#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace voicestand::nn {

// Reads one JSON text from its beginning to its end, value by value, and builds nothing: the caller says what it
// expects next, and skips what it does not care for. The text is untrusted: whatever it holds, reading stays inside it
// and ends. After the first thing that is wrong or unexpected everything fails. Thread: one at a time. Real-time: no.
//
//   if (reader.enter_object())
//     while (reader.next_key(key))
//       key == "size" ? reader.number(size) : reader.skip();
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] bool enter_object() noexcept { return enter('{'); }
  [[nodiscard]] bool enter_array() noexcept { return enter('['); }
  // The next member's name, whose value must be read or skipped before the next; false after the last. `key` is valid
  // until another string is read.
  [[nodiscard]] bool next_key(std::string_view& key);
  // Whether another value follows in an array.
  [[nodiscard]] bool next_item() noexcept { return next(']'); }

  // As next_key(): the value is valid until another string is read.
  [[nodiscard]] bool string(std::string_view& value);
  // A whole number that is not negative.
  [[nodiscard]] bool number(std::uint64_t& value) noexcept;
  [[nodiscard]] bool boolean(bool& value) noexcept;
  bool skip();
  // As skip(), and says where the value stands in the text.
  [[nodiscard]] bool skip(std::string_view& value);
  // Whether the next value is an array.
  [[nodiscard]] bool at_array() noexcept { return peek() == '['; }

  // Nothing but white space follows.
  [[nodiscard]] bool at_end() noexcept { return peek() == '\0' && at_ == text_.size() && !failed_; }
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  // In bytes from the text's beginning.
  [[nodiscard]] std::size_t at() const noexcept { return at_; }

 private:
  bool fail() noexcept {
    failed_ = true;
    return false;
  }
  [[nodiscard]] char peek() noexcept;  // the next byte that is no white space; '\0' at the end
  [[nodiscard]] bool enter(char open) noexcept;
  [[nodiscard]] bool next(char close) noexcept;
  [[nodiscard]] bool word(std::string_view expected) noexcept;
  [[nodiscard]] bool skip_number() noexcept;
  [[nodiscard]] bool unescape(std::size_t begin);
  [[nodiscard]] bool code_unit(std::uint32_t& unit) noexcept;
  [[nodiscard]] bool escape();

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool first_ = false;  // nothing has been read yet of what was entered last
  bool failed_ = false;
  std::string unescaped_;
};

}  // namespace voicestand::nn
