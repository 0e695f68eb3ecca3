#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <vector>

#include "voicestand/nn/moonshine_weights.h"

namespace voicestand::nn {

// A Moonshine of random weights, small enough for thousands of runs. It says something for a while, other things for
// other clips, and stops.
class TestNetwork {
 public:
  static constexpr std::size_t kWidth = 24;
  static constexpr std::size_t kVocabulary = 1500;

  explicit TestNetwork(std::uint32_t seed) : random_(seed) {
    encoder.width = decoder.width = kWidth;
    encoder.heads = decoder.heads = 2;
    encoder.rotary = decoder.rotary = 8;
    encoder.wave_taps = 20;
    encoder.wave_stride = 8;
    encoder.wave_channels = 10;
    encoder.wave = floats(encoder.wave_taps * encoder.wave_channels, 0, 0.3F);
    encoder.group_weight = floats(encoder.wave_channels, 1, 0.2F);
    encoder.group_bias = floats(encoder.wave_channels, 0, 0.2F);
    encoder.second = convolution(7, 3, encoder.wave_channels, 17);
    encoder.third = convolution(3, 2, 17, kWidth);
    for (int i = 0; i < 2; ++i) {
      encoder.layers.push_back({.attention_norm = floats(kWidth, 1, 0.2F),
                                .attention = attention(),
                                .mlp_norm = floats(kWidth, 1, 0.2F),
                                .mlp_in = linear(kWidth, 40, true),
                                .mlp_out = linear(40, kWidth, true)});
      decoder.layers.push_back({.self_norm = floats(kWidth, 1, 0.2F),
                                .self = attention(),
                                .cross_norm = floats(kWidth, 1, 0.2F),
                                .cross = attention(),
                                .mlp_norm = floats(kWidth, 1, 0.2F),
                                .mlp_in = linear(kWidth, 60, true),
                                .mlp_out = linear(30, kWidth, true)});
    }
    encoder.norm = floats(kWidth, 1, 0.2F);
    decoder.norm = floats(kWidth, 1, 0.2F);
    decoder.embedding = bytes(kVocabulary, kWidth);
    decoder.embedding.inputs = kWidth;
    decoder.embedding.outputs = kVocabulary;
  }
  TestNetwork(const TestNetwork&) = delete;
  TestNetwork& operator=(const TestNetwork&) = delete;

  [[nodiscard]] std::vector<float> floats(std::size_t count, float mean, float deviation) {
    std::normal_distribution<float> distribution(mean, deviation);
    std::vector<float> numbers(count);
    for (float& number : numbers) number = distribution(random_);
    return numbers;
  }

  EncoderWeights encoder;
  DecoderWeights decoder;

 private:
  simd::ByteWeights bytes(std::size_t inputs, std::size_t outputs) {
    auto& storage = storage_.emplace_back(inputs * outputs);
    for (std::uint8_t& byte : storage) byte = static_cast<std::uint8_t>(random_());
    const float scale = 1.5F / (74.0F * std::sqrt(static_cast<float>(inputs)));
    return {.bytes = storage.data(),
            .inputs = inputs,
            .outputs = outputs,
            .scale = scale,
            .zero = 120 + static_cast<std::int32_t>(random_() % 16),
            .zero_fraction = 0};
  }
  Linear linear(std::size_t inputs, std::size_t outputs, bool bias) {
    return {.weights = bytes(inputs, outputs), .bias = bias ? floats(outputs, 0, 0.1F) : std::vector<float>()};
  }
  Attention attention() {
    return {.query = linear(kWidth, kWidth, false),
            .key = linear(kWidth, kWidth, false),
            .value = linear(kWidth, kWidth, false),
            .out = linear(kWidth, kWidth, false)};
  }
  Convolution convolution(std::size_t taps, std::size_t stride, std::size_t channels, std::size_t outputs) {
    Convolution made{.linear = linear(taps * channels, outputs, true), .bytes = {}, .taps = taps, .stride = stride};
    made.linear.weights.zero_fraction = 0.25F;
    return made;
  }

  std::mt19937 random_;
  std::deque<std::vector<std::uint8_t>> storage_;
};

}  // namespace voicestand::nn
