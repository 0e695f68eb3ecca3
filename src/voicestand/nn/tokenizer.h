#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/result.h"

namespace voicestand::nn {

using Token = std::uint32_t;

// The words behind a model's token numbers: a byte-pair vocabulary with byte fallback, as tokenizer.json holds it.
// Thread: any may read. Real-time: no.
class Tokenizer {
 public:
  static constexpr Token kStart = 1;
  static constexpr Token kEnd = 2;

  // Errors: kBadModel with the file and what in it does not fit; kModelMissing, kIo.
  [[nodiscard]] static Result<Tokenizer> load(const std::string& path);
  // From the file's text; `where` goes into errors.
  [[nodiscard]] static Result<Tokenizer> parse(std::string_view json, const std::string& where);

  [[nodiscard]] std::size_t size() const noexcept;
  // The token's bytes: a space where the vocabulary has its mark for one, a single byte for a fallback token, nothing
  // for special tokens and numbers that are not in the vocabulary.
  [[nodiscard]] std::string_view bytes(Token token) const noexcept;
  // Trimmed, in valid UTF-8: what is not is replaced by U+FFFD.
  [[nodiscard]] std::string text(std::span<const Token> tokens) const;
};

}  // namespace voicestand::nn
