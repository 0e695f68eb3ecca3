#pragma once

namespace voicestand::nn::tokenizer_test {

// A tokenizer.json with 19 tokens, laid out as real ones are.
inline constexpr const char* kSmall = R"({
  "version": "1.0",
  "truncation": null,
  "added_tokens": [
    {"id": 0, "content": "<unk>", "single_word": false, "special": true},
    {"id": 1, "content": "<s>", "single_word": false, "special": true},
    {"id": 2, "content": "</s>", "single_word": false, "special": true},
    {"id": 19, "content": "<<ST>>", "single_word": false, "special": true}
  ],
  "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"}]},
  "model": {
    "type": "BPE",
    "dropout": null,
    "byte_fallback": true,
    "vocab": {
      "<unk>": 0, "<s>": 1, "</s>": 2, "<0xC3>": 3, "<0xBC>": 4, "\u2581": 5, "t": 6, "h": 7, "e": 8, "\u2581t": 9,
      "eh": 10, "he": 11, "\u2581the": 12, "\"": 13, "\ud83d\ude42": 14, "a\\b": 15, "\n": 16, "long": 17
    },
    "merges": ["\u2581 t", "h e", "e h", "\u2581t he"]
  }
})";

}  // namespace voicestand::nn::tokenizer_test
