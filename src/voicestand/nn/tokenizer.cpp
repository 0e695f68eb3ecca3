#include "voicestand/nn/tokenizer.h"

#include <algorithm>

#include "voicestand/base/utf8.h"

namespace voicestand::nn {
namespace {

constexpr std::string_view kWhite = " \t\n\v\f\r";
constexpr std::string_view kSpaceMark = "\xE2\x96\x81";  // U+2581

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(kWhite);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhite) + 1 - first);
}

}  // namespace

std::string_view Tokenizer::bytes(Token token) const noexcept {
  if (token >= pieces_.size() || pieces_[token].kind == Kind::kSpecial) return {};
  return at(pieces_[token]);
}

std::string_view Tokenizer::name(Token token) const noexcept {
  if (token >= pieces_.size() || pieces_[token].kind != Kind::kSpecial) return {};
  return at(pieces_[token]);
}

std::string Tokenizer::text(std::span<const Token> tokens) const {
  std::string text;
  for (const Token token : tokens) text += bytes(token);
  return valid_utf8(trimmed(text));
}

void Tokenizer::append_character(std::string_view character, std::vector<Token>& tokens) const {
  const auto bytes_of = [&](Token token) { return at(pieces_[token]); };
  const auto found = std::ranges::lower_bound(characters_, character, {}, bytes_of);
  if (found != characters_.end() && bytes_of(*found) == character) return tokens.push_back(*found);
  const auto token_of = [&](char byte) { return byte_tokens_[static_cast<unsigned char>(byte)]; };
  if (std::ranges::any_of(character, [&](char byte) { return token_of(byte) == kNone; })) return;
  for (const char byte : character) tokens.push_back(token_of(byte));
}

std::vector<Token> Tokenizer::tokens(std::string_view text) const {
  std::vector<Token> tokens;
  text = trimmed(text);
  if (!text.empty()) append_character(" ", tokens);
  while (!text.empty()) {
    const bool space = text.starts_with(kSpaceMark);
    const std::size_t length = std::max<std::size_t>(utf8_length(text), 1);
    append_character(space ? " " : text.substr(0, length), tokens);
    text.remove_prefix(length);
  }
  merges_.apply(tokens);
  return tokens;
}

}  // namespace voicestand::nn
