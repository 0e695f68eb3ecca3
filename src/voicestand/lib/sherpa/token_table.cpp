#include "voicestand/lib/sherpa/token_table.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

namespace voicestand::sherpa {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kBlankMark = "\xe2\x96\x81";  // U+2581
constexpr std::size_t kMaxTokenBytes = 256;

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

std::optional<char> byte_of(std::string_view token) {
  if (token.size() != 6 || !token.starts_with("<0x") || token.back() != '>') return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(token.data() + 3, token.data() + 5, value, 16);
  if (error != std::errc{} || end != token.data() + 5) return std::nullopt;
  return static_cast<char>(value);
}

std::string bytes_of(std::string_view token) {
  if (const auto byte = byte_of(token)) return {*byte};
  std::string bytes;
  while (!token.empty()) {
    const bool blank = token.starts_with(kBlankMark);
    bytes.push_back(blank ? ' ' : token.front());
    token.remove_prefix(blank ? kBlankMark.size() : 1);
  }
  return bytes;
}

// Fills tokens by number; false where a number is out of range or stands for two different tokens.
bool put(std::vector<std::string>& tokens, const std::string& text, const Json& number) {
  if (!number.is_number_unsigned() || text.empty() || text.size() > kMaxTokenBytes) return false;
  const auto id = number.get<std::uint64_t>();
  if (id >= tokens.size()) return false;
  if (!tokens[id].empty() && tokens[id] != text) return false;
  tokens[id] = text;
  return true;
}

bool read_vocabulary(const Json& root, std::vector<std::string>& tokens) {
  for (const auto& [text, number] : root.at("model").at("vocab").items()) {
    if (!put(tokens, text, number)) return false;
  }
  for (const Json& added : root.at("added_tokens")) {
    if (!put(tokens, added.at("content").get_ref<const std::string&>(), added.at("id"))) return false;
  }
  return true;
}

}  // namespace

Result<std::string> token_table(std::string_view tokenizer_json, const std::string& where) {
  constexpr auto kRemedy = "check it with: voicestand models verify";
  std::vector<std::string> tokens(kMoonshineTokens);
  try {
    const Json root = Json::parse(tokenizer_json);
    if (!read_vocabulary(root, tokens)) return fail(Errc::kBadModel, "not the tokenizer of this model", where, kRemedy);
  } catch (const Json::exception&) {
    return fail(Errc::kBadModel, "not a tokenizer", where, kRemedy);
  }
  std::string table;
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    if (tokens[id].empty()) return fail(Errc::kBadModel, "the tokenizer lacks tokens", where, kRemedy);
    table += base64(bytes_of(tokens[id])) + '\t' + std::to_string(id) + '\n';
  }
  return table;
}

}  // namespace voicestand::sherpa
