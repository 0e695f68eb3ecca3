#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <system_error>

#include "voicestand/base/utf8.h"
#include "voicestand/nn/json_reader.h"
#include "voicestand/nn/mapped_file.h"
#include "voicestand/nn/piece_index.h"
#include "voicestand/nn/tokenizer.h"

namespace voicestand::nn {
namespace {

constexpr std::size_t kMostBytes = 32 << 20;  // of the file; ours has 2 MB
constexpr std::uint64_t kMostTokens = 1'000'000;
constexpr std::size_t kMostMerges = 1'000'000;
constexpr std::size_t kMostTokenBytes = 256;
constexpr std::string_view kSpaceMark = "\xE2\x96\x81";  // U+2581

// <0x41> is the byte 0x41.
std::optional<unsigned char> byte_of(std::string_view token) noexcept {
  if (token.size() != 6 || !token.starts_with("<0x") || token.back() != '>') return std::nullopt;
  unsigned value = 0;
  const char* const end = token.data() + 5;
  const auto [parsed, error] = std::from_chars(token.data() + 3, end, value, 16);
  if (error != std::errc{} || parsed != end) return std::nullopt;
  return static_cast<unsigned char>(value);
}

// Adds the text with spaces for the vocabulary's marks.
void append_spaced(std::string& bytes, std::string_view text) {
  for (std::size_t mark = text.find(kSpaceMark); mark != std::string_view::npos; mark = text.find(kSpaceMark)) {
    bytes += text.substr(0, mark);
    bytes += ' ';
    text.remove_prefix(mark + kSpaceMark.size());
  }
  bytes += text;
}

}  // namespace

// Fills a tokenizer from tokenizer.json. After the first thing that does not fit, nothing more is read.
class TokenizerReader {
 public:
  TokenizerReader(std::string_view json, Tokenizer::Use use) noexcept : json_(json), use_(use) {}

  [[nodiscard]] Result<Tokenizer> read(const std::string& where) {
    if (json_.size() > kMostBytes) refuse("is too large for a tokenizer");
    JsonReader reader(json_);
    root(reader);
    if (what_ == nullptr && (reader.failed() || !reader.at_end())) {
      return fail(Errc::kBadModel, "is no tokenizer from byte " + std::to_string(reader.at()) + " on", where, kRemedy);
    }
    finish();
    if (what_ != nullptr) return fail(Errc::kBadModel, what_, where, kRemedy);
    return std::move(tokenizer_);
  }

 private:
  using Kind = Tokenizer::Kind;
  using Piece = Tokenizer::Piece;
  static constexpr auto kRemedy = "fetch the model again";

  bool refuse(const char* what) noexcept {
    if (what_ == nullptr) what_ = what;
    return false;
  }

  void root(JsonReader& reader) {
    std::string_view key;
    if (what_ != nullptr || !reader.enter_object()) return;
    while (reader.next_key(key)) {
      const bool read = key == "model" ? model(reader) : key == "added_tokens" ? added(reader) : reader.skip();
      if (!read) return;
    }
  }

  [[nodiscard]] bool model(JsonReader& reader) {
    std::string_view key;
    if (!reader.enter_object()) return false;
    while (reader.next_key(key)) {
      const bool read = key == "vocab"    ? vocabulary(reader)
                        : key == "merges" ? reader.skip(merges_)  // need the whole vocabulary
                                          : reader.skip();
      if (!read) return false;
    }
    return !reader.failed();
  }

  [[nodiscard]] bool vocabulary(JsonReader& reader) {
    std::string_view text;
    if (!reader.enter_object()) return false;
    while (reader.next_key(text)) {
      const auto byte = byte_of(text);
      const std::size_t begin = tokenizer_.bytes_.size();
      if (!add(text, byte)) return false;
      std::uint64_t number = 0;
      if (!reader.number(number)) return false;
      if (!put(begin, number, byte ? Kind::kByte : Kind::kText)) return false;
    }
    return !reader.failed();
  }

  // Tokens that stand beside the vocabulary, or are marked as special in it.
  [[nodiscard]] bool added(JsonReader& reader) {
    if (!reader.enter_array()) return false;
    while (reader.next_item()) {
      if (!reader.enter_object()) return false;
      std::uint64_t number = kMostTokens;
      bool special = false;
      const std::size_t begin = tokenizer_.bytes_.size();
      std::string_view key;
      while (reader.next_key(key)) {
        if (key == "id") {
          if (!reader.number(number)) return false;
        } else if (key == "special") {
          if (!reader.boolean(special)) return false;
        } else if (key == "content") {
          std::string_view text;
          if (tokenizer_.bytes_.size() > begin) return refuse("has a token with several texts");
          if (!reader.string(text) || !add(text, std::nullopt)) return false;
        } else if (!reader.skip()) {
          return false;
        }
      }
      if (reader.failed() || !put(begin, number, special ? Kind::kSpecial : Kind::kText)) return false;
    }
    return !reader.failed();
  }

  [[nodiscard]] bool add(std::string_view text, std::optional<unsigned char> byte) {
    if (text.empty() || text.size() > kMostTokenBytes) return refuse("has a token that is empty or too long");
    if (byte) {
      tokenizer_.bytes_ += static_cast<char>(*byte);
    } else {
      append_spaced(tokenizer_.bytes_, text);
    }
    return true;
  }

  // What has been added from `begin` on is the token of this number. A token may be in both lists.
  [[nodiscard]] bool put(std::size_t begin, std::uint64_t number, Kind kind) {
    auto& pieces = tokenizer_.pieces_;
    const std::size_t size = tokenizer_.bytes_.size() - begin;
    if (number >= kMostTokens) return refuse("has a token without a number, or with one that is too great");
    if (size == 0) return refuse("has a token without a text");
    if (number >= pieces.size()) pieces.resize(number + 1);
    Piece& piece = pieces[number];
    const Piece fresh{
        .begin = static_cast<std::uint32_t>(begin), .size = static_cast<std::uint16_t>(size), .kind = kind};
    if (piece.kind == Kind::kAbsent) {
      piece = fresh;
      return true;
    }
    if (tokenizer_.at(piece) != tokenizer_.at(fresh)) return refuse("gives one number to two tokens");
    if (kind == Kind::kSpecial) piece.kind = kind;
    tokenizer_.bytes_.resize(begin);
    return true;
  }

  void finish() {
    if (what_ != nullptr) return;
    auto& pieces = tokenizer_.pieces_;
    if (pieces.size() <= Tokenizer::kEnd || tokenizer_.name(Tokenizer::kStart).empty() ||
        tokenizer_.name(Tokenizer::kEnd).empty())
      return void(refuse("has no tokens for a text's start and end"));
    PieceIndex index(pieces.size());
    for (Token token = 0; token < pieces.size(); ++token) {
      const Piece& piece = pieces[token];
      const auto text = tokenizer_.at(piece);
      if (piece.kind == Kind::kByte) tokenizer_.byte_tokens_[static_cast<unsigned char>(text.front())] = token;
      if (piece.kind != Kind::kText) continue;
      if (!index.add(text, token, [&](Token other) { return tokenizer_.at(pieces[other]); }))
        return void(refuse("gives one text to two tokens"));
      if (utf8_length(text) == text.size()) tokenizer_.characters_.push_back(token);
    }
    std::ranges::sort(tokenizer_.characters_, {}, [&](Token token) { return tokenizer_.at(pieces[token]); });
    if (use_ == Tokenizer::Use::kBoth) merges(index);
    tokenizer_.bytes_.shrink_to_fit();
    pieces.shrink_to_fit();
    tokenizer_.characters_.shrink_to_fit();
  }

  // "left right" or ["left", "right"]: puts both together, and says where the right one begins.
  [[nodiscard]] static bool pair(JsonReader& reader, std::string& whole, std::size_t& middle) {
    std::string_view text;
    whole.clear();
    if (!reader.at_array()) {
      if (!reader.string(text)) return false;
      const std::size_t space = text.find(' ');
      if (space == std::string_view::npos) return false;
      append_spaced(whole, text.substr(0, space));
      middle = whole.size();
      append_spaced(whole, text.substr(space + 1));
      return true;
    }
    if (!reader.enter_array() || !reader.next_item() || !reader.string(text)) return false;
    append_spaced(whole, text);
    middle = whole.size();
    if (!reader.next_item() || !reader.string(text)) return false;
    append_spaced(whole, text);
    return !reader.next_item() && !reader.failed();
  }

  // The first takes precedence.
  void merges(const PieceIndex& index) {
    const auto token_of = [&](std::string_view text) {
      return index.find(text, [&](Token other) { return tokenizer_.at(tokenizer_.pieces_[other]); });
    };
    std::vector<TokenMerges::Merge> merges;
    std::string whole;
    std::size_t middle = 0;
    JsonReader reader(merges_.empty() ? std::string_view("[]") : merges_);
    if (!reader.enter_array()) return void(refuse("has merges of another form"));
    while (reader.next_item()) {
      if (!pair(reader, whole, middle)) return void(refuse("has merges of another form"));
      const std::string_view both = whole;
      const TokenMerges::Merge merge{
          .left = token_of(both.substr(0, middle)), .right = token_of(both.substr(middle)), .whole = token_of(both)};
      if (merge.left == PieceIndex::kNone || merge.right == PieceIndex::kNone || merge.whole == PieceIndex::kNone)
        return void(refuse("merges what is not in its vocabulary"));
      if (merges.size() == kMostMerges) return void(refuse("has too many merges"));
      merges.push_back(merge);
    }
    if (reader.failed()) return void(refuse("has merges of another form"));
    tokenizer_.merges_ = TokenMerges(merges, tokenizer_.pieces_.size());
  }

  std::string_view json_;
  Tokenizer::Use use_;
  std::string_view merges_;
  Tokenizer tokenizer_;
  const char* what_ = nullptr;
};

Result<Tokenizer> Tokenizer::parse(std::string_view json, const std::string& where, Use use) {
  return TokenizerReader(json, use).read(where);
}

Result<Tokenizer> Tokenizer::load(const std::string& path, Use use) {
  const auto file = MappedFile::open(path);
  if (!file) return std::unexpected(file.error());
  return parse({reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size()}, path, use);
}

}  // namespace voicestand::nn
