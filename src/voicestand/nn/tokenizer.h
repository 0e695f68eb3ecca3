#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/nn/token.h"
#include "voicestand/nn/token_merges.h"

namespace voicestand::nn {

// The words behind a model's token numbers: a byte-pair vocabulary with byte fallback, as tokenizer.json holds it.
// Thread: any may read. Real-time: no.
class Tokenizer {
 public:
  static constexpr Token kStart = 1;
  static constexpr Token kEnd = 2;

  // What it is for. The merges, which only tokens() needs, are half of the file and most of the work of reading it.
  enum class Use : std::uint8_t { kTextOfTokens, kBoth };

  // Errors: kBadModel with the file and what in it does not fit; kModelMissing, kIo.
  [[nodiscard]] static Result<Tokenizer> load(const std::string& path, Use use = Use::kBoth);
  // From the file's text; `where` goes into errors.
  [[nodiscard]] static Result<Tokenizer> parse(std::string_view json, const std::string& where, Use use = Use::kBoth);

  // One more than the greatest number in the vocabulary.
  [[nodiscard]] std::size_t size() const noexcept { return pieces_.size(); }
  // The token's bytes: a space where the vocabulary has its mark for one, a single byte for a fallback token, nothing
  // for special tokens and numbers that are not in the vocabulary.
  [[nodiscard]] std::string_view bytes(Token token) const noexcept;
  // What the vocabulary calls a special token; nothing for others.
  [[nodiscard]] std::string_view name(Token token) const noexcept;
  // Trimmed, in valid UTF-8: what is not is replaced by U+FFFD.
  [[nodiscard]] std::string text(std::span<const Token> tokens) const;
  // The tokens that a model is trained to say the text with, as it begins a sentence; text() makes the text of them
  // again, trimmed. Special tokens are not among them, whatever the text is, and neither are characters for which the
  // vocabulary has neither a token nor bytes. Read for kTextOfTokens alone, it puts no characters together.
  [[nodiscard]] std::vector<Token> tokens(std::string_view text) const;

 private:
  friend class TokenizerReader;

  enum class Kind : std::uint8_t { kAbsent, kText, kByte, kSpecial };
  struct Piece {
    std::uint32_t begin = 0;  // in bytes_
    std::uint16_t size = 0;
    Kind kind = Kind::kAbsent;
  };
  static constexpr Token kNone = ~Token{0};

  Tokenizer() { byte_tokens_.fill(kNone); }
  [[nodiscard]] std::string_view at(const Piece& piece) const noexcept {
    return std::string_view(bytes_).substr(piece.begin, piece.size);
  }
  void append_character(std::string_view character, std::vector<Token>& tokens) const;

  std::string bytes_;
  std::vector<Piece> pieces_;  // by the token's number
  std::array<Token, 256> byte_tokens_{};
  std::vector<Token> characters_;  // tokens of one character, by their bytes
  TokenMerges merges_;
};

}  // namespace voicestand::nn
