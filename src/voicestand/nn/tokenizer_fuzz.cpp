#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/utf8.h"
#include "voicestand/nn/fuzz_test_script.h"
#include "voicestand/nn/tokenizer.h"
#include "voicestand/nn/tokenizer_test_json.h"

// A small tokenizer.json with damage, or bytes that are nothing else; what can be read turns a text into tokens and
// tokens into text.
namespace voicestand::nn {
namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

void run(fuzz_test::Script script) {
  const std::uint8_t what = script.byte();
  std::vector<Token> numbers;
  for (int i = 0; i < 8; ++i) numbers.push_back(script.byte());
  std::string text;
  for (int size = script.byte() % 16; size > 0; --size) text += static_cast<char>(script.byte());
  std::string json(reinterpret_cast<const char*>(script.rest().data()), script.rest().size());
  if (what % 8 != 7) {
    json = tokenizer_test::kSmall;
    damage(json, script);
  }
  const auto tokenizer = Tokenizer::parse(json, "fuzz");
  if (!tokenizer) {
    require(tokenizer.error().code == Errc::kBadModel && !tokenizer.error().what.empty(), "another error");
    return;
  }
  for (Token token = 0; token < tokenizer->size() + 2; ++token)
    require(tokenizer->bytes(token).size() <= 256 && tokenizer->name(token).size() <= 256, "a token's size");
  const std::string said = tokenizer->text(numbers);
  require(valid_utf8(said) == said, "text that is not valid");
  text += "the hehe the";
  const auto tokens = tokenizer->tokens(text);
  require(tokens.size() <= text.size() + 1, "more tokens than bytes");
  require(std::ranges::all_of(tokens, [&](Token token) { return token < tokenizer->size(); }), "no such token");
  require(tokenizer->text(tokens).size() <= 3 * text.size(), "more text than there was");
}

}  // namespace
}  // namespace voicestand::nn

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  voicestand::nn::run(voicestand::nn::fuzz_test::Script({data, size}));
  return 0;
}
