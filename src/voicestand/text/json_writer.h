#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace voicestand::text {

// Writes JSON (RFC 8259) from front to back. Commas, escapes and broken UTF-8 (which becomes U+FFFD) are its affair;
// that what is begun is ended, and that an object has members and an array values, is the caller's. Thread: one at a
// time. Real-time: no.
class JsonWriter {
 public:
  // A value of an array, or the whole.
  void begin_object();
  void begin_array();
  void end_object() { end('}'); }
  void end_array() { end(']'); }
  void value(std::string_view text);
  void value(
      double number);  // as short as it reads back the same, with a point or an exponent; what is not finite: null
  template <typename T>
    requires std::integral<T>
  void value(T number) {
    if constexpr (std::same_as<T, bool>) {
      literal(number ? "true" : "false");
    } else if constexpr (std::signed_integral<T>) {
      literal(std::to_string(std::int64_t{number}));
    } else {
      literal(std::to_string(std::uint64_t{number}));
    }
  }
  void value(const char* text) { value(std::string_view(text)); }
  void null() { literal("null"); }
  // What is JSON already.
  void raw(std::string_view json) { literal(json); }
  template <typename T>
  void value(const std::optional<T>& perhaps) {
    perhaps ? value(*perhaps) : null();
  }

  // A member of an object: its name, then one of the above.
  void key(std::string_view name);
  template <typename T>
  void member(std::string_view name, const T& its) {
    key(name);
    value(its);
  }
  void null_member(std::string_view name) {
    key(name);
    null();
  }
  void begin_object(std::string_view name) {
    key(name);
    begin_object();
  }
  void begin_array(std::string_view name) {
    key(name);
    begin_array();
  }

  // What has been written; nothing is added after it.
  [[nodiscard]] std::string finish() { return std::move(text_); }

 private:
  void separate();
  void literal(std::string_view text);
  void end(char closing);
  void quote(std::string_view text);

  std::string text_;
  bool first_ = true;  // of what is open, or after a key
};

}  // namespace voicestand::text
