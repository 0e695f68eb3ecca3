#pragma once

#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include "voicestand/nn/moonshine_weights.h"

// What holds for all weights that a reader hands out, whatever the file was.
namespace voicestand::nn::moonshine_test {

// Empty, or what does not hold. Touches every number.
class Invariants {
 public:
  [[nodiscard]] static std::string broken(const EncoderWeights& weights) {
    Invariants all;
    all.sizes(weights.width, weights.heads, weights.rotary);
    all.vector(weights.wave, weights.wave_taps * weights.wave_channels);
    all.hold(weights.wave_taps > 0 && weights.wave_stride > 0 && weights.wave_channels > 0, "wave");
    all.vector(weights.group_weight, weights.wave_channels);
    all.vector(weights.group_bias, weights.wave_channels);
    all.convolution(weights.second, weights.wave_channels, weights.second.linear.weights.outputs);
    all.convolution(weights.third, weights.second.linear.weights.outputs, weights.width);
    for (const auto& layer : weights.layers) {
      all.vector(layer.attention_norm, weights.width);
      all.attention(layer.attention, weights.width, weights.width);
      all.vector(layer.mlp_norm, weights.width);
      all.linear(layer.mlp_in, weights.width, layer.mlp_out.weights.inputs);
      all.linear(layer.mlp_out, layer.mlp_out.weights.inputs, weights.width);
    }
    all.hold(!weights.layers.empty(), "layers");
    all.vector(weights.norm, weights.width);
    return all.broken_;
  }

  [[nodiscard]] static std::string broken(const DecoderWeights& weights) {
    Invariants all;
    all.sizes(weights.width, weights.heads, weights.rotary);
    all.matrix(weights.embedding, weights.width, weights.embedding.outputs);
    for (const auto& layer : weights.layers) {
      all.vector(layer.self_norm, weights.width);
      all.attention(layer.self, weights.width, weights.width);
      all.vector(layer.cross_norm, weights.width);
      all.attention(layer.cross, weights.width, layer.cross.key.weights.inputs);
      all.vector(layer.mlp_norm, weights.width);
      all.linear(layer.mlp_in, weights.width, 2 * layer.mlp_out.weights.inputs);
      all.linear(layer.mlp_out, layer.mlp_out.weights.inputs, weights.width);
    }
    all.hold(!weights.layers.empty(), "layers");
    all.vector(weights.norm, weights.width);
    return all.broken_;
  }

 private:
  void hold(bool holds, const char* what) {
    if (!holds && broken_.empty()) broken_ = what;
  }

  void sizes(std::size_t width, std::size_t heads, std::size_t rotary) {
    hold(width > 0 && heads > 0 && width % heads == 0, "heads");
    hold(rotary > 0 && rotary % 2 == 0 && heads > 0 && rotary <= width / heads, "rotary");
  }

  void vector(const std::vector<float>& numbers, std::size_t size) {
    hold(numbers.size() == size && size > 0, "a vector's size");
    for (const float number : numbers) hold(std::isfinite(number), "a vector's number");
  }

  void matrix(const simd::ByteWeights& weights, std::size_t inputs, std::size_t outputs) {
    hold(weights.inputs == inputs && weights.outputs == outputs, "a matrix's shape");
    hold(inputs > 0 && inputs <= simd::kMostInputs && outputs > 0, "a matrix's size");
    hold(std::isfinite(weights.scale) && weights.scale > 0, "a scale");
    hold(weights.zero >= -256 && weights.zero <= 511, "a zero");
    hold(weights.zero_fraction >= -0.5F && weights.zero_fraction <= 0.5F, "a zero's fraction");
    if (!broken_.empty()) return;
    const std::size_t sum = std::accumulate(weights.bytes, weights.bytes + inputs * outputs, std::size_t{0});
    hold(sum <= 255 * inputs * outputs, "bytes");
  }

  void linear(const Linear& linear, std::size_t inputs, std::size_t outputs) {
    matrix(linear.weights, inputs, outputs);
    if (!linear.bias.empty()) vector(linear.bias, outputs);
  }

  void convolution(const Convolution& convolution, std::size_t channels, std::size_t outputs) {
    hold(convolution.taps > 0 && convolution.stride > 0, "a convolution");
    hold(convolution.linear.weights.bytes == convolution.bytes.data(), "a convolution's bytes");
    hold(convolution.bytes.size() == convolution.taps * channels * outputs, "a convolution's size");
    linear(convolution.linear, convolution.taps * channels, outputs);
  }

  void attention(const Attention& attention, std::size_t width, std::size_t asked) {
    linear(attention.query, width, width);
    linear(attention.key, asked, width);
    linear(attention.value, asked, width);
    linear(attention.out, width, width);
  }

  std::string broken_;
};

}  // namespace voicestand::nn::moonshine_test
