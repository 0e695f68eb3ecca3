#include "voicestand/nn/json_reader.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <system_error>

#include "voicestand/base/utf8.h"

namespace voicestand::nn {
namespace {

constexpr int kMostDepth = 32;
static_assert(std::endian::native == std::endian::little, "byte 0 of a word is its lowest");

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// What ends the plain part of a string.
constexpr bool is_special(char c) noexcept {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

// The first special byte from `at` on, or the end; eight at a time. A borrow marks bytes above a special one alone, so
// the lowest mark is always true.
std::size_t plain_end(std::string_view text, std::size_t at) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  const auto zero_byte = [](std::uint64_t word) { return (word - kOnes) & ~word & kHighs; };  // or a higher one
  for (; text.size() - at >= sizeof(std::uint64_t); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    const std::uint64_t low = (word - kOnes * 0x20) & ~word & kHighs;
    const std::uint64_t marks = low | zero_byte(word ^ kOnes * '"') | zero_byte(word ^ kOnes * '\\');
    if (marks != 0) return at + static_cast<std::size_t>(std::countr_zero(marks)) / 8;
  }
  while (at < text.size() && !is_special(text[at])) ++at;
  return at;
}

}  // namespace

char JsonReader::peek() noexcept {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return c;
    ++at_;
  }
  return '\0';
}

bool JsonReader::enter(char open) noexcept {
  if (failed_ || peek() != open || depth_ == kMostDepth) return fail();
  ++at_;
  ++depth_;
  first_ = true;
  return true;
}

bool JsonReader::next(char close) noexcept {
  if (failed_ || depth_ == 0) return fail();
  const char c = peek();
  const bool first = first_;
  first_ = false;
  if (c == close) {
    ++at_;
    --depth_;
    return false;
  }
  if (first) return true;
  if (c != ',') return fail();
  ++at_;
  return true;
}

bool JsonReader::next_key(std::string_view& key) {
  if (!next('}') || !string(key)) return false;
  if (peek() != ':') return fail();
  ++at_;
  return true;
}

bool JsonReader::string(std::string_view& value) {
  if (failed_ || peek() != '"') return fail();
  const std::size_t begin = ++at_;
  at_ = plain_end(text_, at_);
  if (at_ == text_.size()) return fail();
  if (text_[at_] == '"') {
    value = text_.substr(begin, at_++ - begin);
    return true;
  }
  if (!unescape(begin)) return fail();
  value = unescaped_;
  return true;
}

// From the first escape on, into a copy.
bool JsonReader::unescape(std::size_t begin) {
  unescaped_.assign(text_, begin, at_ - begin);
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '"') return true;
    if (c == '\\' ? !escape() : is_special(c)) return false;
    if (c != '\\') unescaped_ += c;
  }
  return false;
}

bool JsonReader::code_unit(std::uint32_t& unit) noexcept {
  if (text_.size() - at_ < 4) return false;
  const char* const end = text_.data() + at_ + 4;
  const auto [parsed, error] = std::from_chars(text_.data() + at_, end, unit, 16);
  at_ += 4;
  return error == std::errc{} && parsed == end;
}

bool JsonReader::escape() {
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kBytes = "\"\\/\b\f\n\r\t";
  if (at_ == text_.size()) return false;
  const char name = text_[at_++];
  if (const auto found = kNames.find(name); found != std::string_view::npos) {
    unescaped_ += kBytes[found];
    return true;
  }
  std::uint32_t unit = 0;
  if (name != 'u' || !code_unit(unit)) return false;
  if (unit >= 0xD800 && unit < 0xDC00) {  // the first half of a pair
    std::uint32_t second = 0;
    if (text_.substr(at_, 2) != "\\u") return false;
    at_ += 2;
    if (!code_unit(second) || second < 0xDC00 || second > 0xDFFF) return false;
    unit = 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00);
  } else if (unit >= 0xDC00 && unit < 0xE000) {
    return false;
  }
  append_utf8(unescaped_, unit);
  return true;
}

bool JsonReader::number(std::uint64_t& value) noexcept {
  if (failed_ || !is_digit(peek())) return fail();
  const char* const begin = text_.data() + at_;
  const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
  if (error != std::errc{}) return fail();
  at_ += static_cast<std::size_t>(end - begin);
  const char after = at_ < text_.size() ? text_[at_] : '\0';
  return (after != '.' && after != 'e' && after != 'E' && (*begin != '0' || end - begin == 1)) || fail();
}

bool JsonReader::word(std::string_view expected) noexcept {
  if (text_.substr(at_, expected.size()) != expected) return fail();
  at_ += expected.size();
  return true;
}

bool JsonReader::boolean(bool& value) noexcept {
  if (failed_) return false;
  value = peek() == 't';
  return word(value ? "true" : "false");
}

bool JsonReader::skip_number() noexcept {
  const auto digits = [&] {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ > begin;
  };
  const auto take = [&](std::string_view any) {
    const bool found = at_ < text_.size() && any.find(text_[at_]) != std::string_view::npos;
    if (found) ++at_;
    return found;
  };
  take("-");
  if (!(take("0") || digits()) || (take(".") && !digits())) return fail();
  if (!take("eE")) return true;
  take("+-");
  return digits() || fail();
}

bool JsonReader::skip() {
  if (failed_) return false;
  std::string_view ignored;
  switch (peek()) {
    case '"':
      return string(ignored);
    case '{':
      if (!enter_object()) return false;
      while (next_key(ignored)) skip();
      return !failed_;
    case '[':
      if (!enter_array()) return false;
      while (next_item()) skip();
      return !failed_;
    case 't':
      return word("true");
    case 'f':
      return word("false");
    case 'n':
      return word("null");
    default:
      return skip_number();
  }
}

bool JsonReader::skip(std::string_view& value) {
  static_cast<void>(peek());
  const std::size_t begin = at_;
  if (!skip()) return false;
  value = text_.substr(begin, at_ - begin);
  return true;
}

}  // namespace voicestand::nn
