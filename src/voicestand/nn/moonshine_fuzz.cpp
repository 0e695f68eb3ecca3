#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "voicestand/nn/fuzz_test_script.h"
#include "voicestand/nn/moonshine_decoder.h"
#include "voicestand/nn/moonshine_encoder.h"
#include "voicestand/nn/moonshine_test_network.h"
#include "voicestand/simd/kernels_test_tables.h"

// Any bits as audio, any numbers as a draft: both halves of a small network have an outcome, and the draft is not in
// it.
namespace voicestand::nn {
namespace {

constexpr std::size_t kMostSamples = 6'000;
constexpr std::size_t kMostTokens = 40;
const std::atomic<bool> kGoOn{false};

struct Recogniser {
  Recogniser(const TestNetwork& network, const simd::Kernels& kernels)
      : encoder(MoonshineEncoder::create(network.encoder, kMostSamples, kernels).value()),
        decoder(MoonshineDecoder::create(network.decoder,
                                         {.frames = encoder.frames_of(kMostSamples), .tokens = kMostTokens}, kernels)
                    .value()) {}
  MoonshineEncoder encoder;
  MoonshineDecoder decoder;
};

std::vector<Recogniser>& recognisers() {
  static const TestNetwork network(3);
  static const std::vector<simd::TestedKernels> tested = simd::tested_kernels();  // outlive what works with them
  static std::vector<Recogniser> all = [] {
    std::vector<Recogniser> made;
    for (const simd::TestedKernels& kernels : tested) {
      // Emulated ones take a hundred times as long; that they do the same is what the kernels' own fuzzer looks for.
      if (!std::string_view(kernels.name).ends_with("_emulated")) made.emplace_back(network, kernels.kernels);
    }
    return made;
  }();
  return all;
}

[[noreturn]] void report(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

std::vector<Token> said(MoonshineDecoder& decoder, std::span<const Token> draft, std::size_t most,
                        std::span<const Token> begun = {}) {
  const auto tokens = decoder.decode(draft, most, kGoOn, nullptr, begun);
  if (!tokens) report("nobody stopped it");
  if (tokens->size() > most) report("more than wanted");
  for (std::size_t i = 0; i < tokens->size(); ++i) {
    if ((*tokens)[i] >= TestNetwork::kVocabulary) report("no token");
    if (!(decoder.log_probability(i) <= 0)) report("no probability");
    if (!std::ranges::all_of(decoder.attention(i), [](float share) { return share >= 0 && share < 1.01F; }))
      report("no attention");
  }
  return {tokens->begin(), tokens->end()};
}

void run(fuzz_test::Script script) {
  Recogniser& recogniser = recognisers()[script.index(recognisers().size())];
  const std::size_t most = script.index(kMostTokens + 2);
  std::vector<Token> draft(script.index(kMostTokens + 5));
  for (Token& token : draft) token = static_cast<Token>(script.index(TestNetwork::kVocabulary + 2));
  // Repeated until it is long enough to be heard.
  const std::size_t length = script.index(kMostSamples + 100);
  std::vector<float> bits(script.rest().size() / sizeof(float));
  if (!bits.empty()) std::memcpy(bits.data(), script.rest().data(), bits.size() * sizeof(float));
  std::vector<float> samples(length);
  for (std::size_t i = 0; i < length && !bits.empty(); ++i) samples[i] = bits[i % bits.size()];

  const auto frames = recogniser.encoder.encode(samples, kGoOn);
  if (!frames) report("nobody stopped it");
  if (!std::ranges::all_of(frames->values, [](float value) { return std::isfinite(value); })) report("no frames");
  if (!recogniser.decoder.attend_to(*frames, kGoOn)) report("nobody stopped it");
  const auto plain = said(recogniser.decoder, {}, most);
  if (said(recogniser.decoder, draft, most) != plain) report("the draft shows");
  if (said(recogniser.decoder, plain, most) != plain) report("its own text as a draft shows");
  const auto begun = said(recogniser.decoder, {}, most, draft);
  if (said(recogniser.decoder, plain, most, draft) != begun) report("the draft shows behind a beginning");
}

}  // namespace
}  // namespace voicestand::nn

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  voicestand::nn::run(voicestand::nn::fuzz_test::Script({data, size}));
  return 0;
}
