#include "voicestand/lib/sherpa/token_table.h"

#include <cstdint>

#include "voicestand/nn/tokenizer.h"

namespace voicestand::sherpa {
namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8U | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text.push_back(j <= count ? kAlphabet[group >> (18 - 6 * j) & 63U] : '=');
    }
  }
  return text;
}

}  // namespace

Result<std::string> token_table(std::string_view tokenizer_json, const std::string& where) {
  constexpr auto kRemedy = "check it with: voicestand models verify";
  const auto tokenizer = nn::Tokenizer::parse(tokenizer_json, where, nn::Tokenizer::Use::kTextOfTokens);
  if (!tokenizer) return std::unexpected(tokenizer.error());
  if (tokenizer->size() != kMoonshineTokens)
    return fail(Errc::kBadModel, "not the tokenizer of this model", where, kRemedy);
  std::string table;
  for (nn::Token token = 0; token < kMoonshineTokens; ++token) {
    const auto bytes = tokenizer->bytes(token);
    const auto name = tokenizer->name(token);
    if (bytes.empty() && name.empty()) return fail(Errc::kBadModel, "the tokenizer lacks tokens", where, kRemedy);
    table += base64(bytes.empty() ? name : bytes) + '\t' + std::to_string(token) + '\n';
  }
  return table;
}

}  // namespace voicestand::sherpa
