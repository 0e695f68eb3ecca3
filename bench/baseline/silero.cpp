#include "bench/baseline/silero.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "voicestand/nn/onnx_file.h"

namespace voicestand::bench::baseline {
namespace {

constexpr std::size_t kGates = 4;
constexpr std::size_t kPad = 64;  // samples mirrored at the end

float logistic(float x) {
  return 1.0F / (1.0F + std::exp(-x));
}

std::vector<float> floats_of(const nn::Graph& graph, std::string_view name) {
  const nn::Tensor* const tensor = graph.constant(name);
  return tensor == nullptr ? std::vector<float>() : tensor->floats();
}

// The gates in the order in which they were trained: before they are cut and put together for ONNX's LSTM.
std::vector<float> gates_of(const nn::Graph& graph, std::string_view concat_output) {
  const nn::Node* const concat = graph.producer(concat_output);
  const nn::Node* const slice = concat == nullptr ? nullptr : graph.producer(concat->input(0));
  return slice == nullptr ? std::vector<float>() : floats_of(graph, slice->input(0));
}

std::string_view unwrapped(const nn::Graph& graph, std::string_view name) {
  const nn::Node* const unsqueeze = graph.producer(name);
  return unsqueeze == nullptr ? std::string_view() : unsqueeze->input(0);
}

}  // namespace

Result<Silero> Silero::load(const std::string& path) {
  const auto file = nn::OnnxFile::open(path);
  if (!file) return std::unexpected(file.error());
  const nn::Graph& graph = file->graph();
  Silero silero;
  // In the order of the file: the transform, four layers, the output.
  std::array<Convolution*, 6> layers{&silero.transform_,  &silero.encoder_[0], &silero.encoder_[1],
                                     &silero.encoder_[2], &silero.encoder_[3], &silero.output_};
  std::size_t found = 0;
  bool recurrent = false;
  for (const nn::Node& node : graph.nodes) {
    if (node.op_type == "Conv" && found < layers.size()) {
      Convolution& layer = *layers[found++];
      const nn::Tensor* const weights = graph.constant(node.input(1));
      if (weights == nullptr || weights->shape.size() != 3) break;
      layer.outputs = static_cast<std::size_t>(weights->shape[0]);
      layer.inputs = static_cast<std::size_t>(weights->shape[1]);
      layer.taps = static_cast<std::size_t>(weights->shape[2]);
      layer.stride = static_cast<std::size_t>(node.attribute("strides")->integers.at(0));
      layer.padding = static_cast<std::size_t>(node.attribute("pads")->integers.at(0));
      layer.weights = weights->floats();
      layer.bias = floats_of(graph, node.input(2));
    } else if (node.op_type == "LSTM") {
      silero.input_weights_ = gates_of(graph, unwrapped(graph, node.input(1)));
      silero.hidden_weights_ = gates_of(graph, unwrapped(graph, node.input(2)));
      const nn::Node* const biases = graph.producer(unwrapped(graph, node.input(3)));
      if (biases == nullptr) break;
      silero.gate_bias_ = gates_of(graph, biases->input(0));
      const auto hidden_bias = gates_of(graph, biases->input(1));
      if (hidden_bias.size() != silero.gate_bias_.size()) break;
      for (std::size_t i = 0; i < hidden_bias.size(); ++i) silero.gate_bias_[i] += hidden_bias[i];
      recurrent = silero.gate_bias_.size() == kGates * kHidden &&
                  silero.input_weights_.size() == kGates * kHidden * kHidden &&
                  silero.hidden_weights_.size() == kGates * kHidden * kHidden;
    }
  }
  if (found != layers.size() || !recurrent)
    return fail(Errc::kBadModel, "is not the Silero network of 16 kHz", path, "fetch the model again");
  return silero;
}

std::vector<float> Silero::Convolution::apply(std::span<const float> in) const {
  const std::size_t in_frames = in.size() / inputs;
  const std::size_t out_frames = (in_frames + 2 * padding - taps) / stride + 1;
  std::vector<float> out(outputs * out_frames);
  for (std::size_t output = 0; output < outputs; ++output) {
    for (std::size_t frame = 0; frame < out_frames; ++frame) {
      float sum = bias.empty() ? 0.0F : bias[output];
      const std::size_t begin = frame * stride;  // counted with the padding
      const std::size_t first = begin < padding ? padding - begin : 0;
      const std::size_t last = std::min(taps, in_frames + padding - begin);
      for (std::size_t input = 0; input < inputs; ++input) {
        const float* const kernel = weights.data() + (output * inputs + input) * taps;
        const float* const signal = in.data() + input * in_frames;
        for (std::size_t tap = first; tap < last; ++tap) sum += kernel[tap] * signal[begin + tap - padding];
      }
      out[output * out_frames + frame] = sum;
    }
  }
  return out;
}

float Silero::process(std::span<const float, kWindow> window) {
  std::vector<float> heard(context_.begin(), context_.end());
  heard.insert(heard.end(), window.begin(), window.end());
  for (std::size_t i = 0; i < kPad; ++i) heard.push_back(heard[kContext + kWindow - 2 - i]);
  std::copy_n(window.end() - kContext, kContext, context_.begin());

  const auto spectrum = transform_.apply(heard);
  const std::size_t half = spectrum.size() / 2;
  std::vector<float> values(half);
  for (std::size_t i = 0; i < half; ++i)
    values[i] = std::sqrt(spectrum[i] * spectrum[i] + spectrum[half + i] * spectrum[half + i]);
  for (const Convolution& layer : encoder_) {
    values = layer.apply(values);
    for (float& value : values) value = std::max(value, 0.0F);
  }

  std::array<float, kGates * kHidden> gates{};
  for (std::size_t gate = 0; gate < gates.size(); ++gate) {
    float sum = gate_bias_[gate];
    for (std::size_t i = 0; i < kHidden; ++i) sum += input_weights_[gate * kHidden + i] * values[i];
    for (std::size_t i = 0; i < kHidden; ++i) sum += hidden_weights_[gate * kHidden + i] * hidden_[i];
    gates[gate] = sum;
  }
  for (std::size_t i = 0; i < kHidden; ++i) {
    const float let_in = logistic(gates[i]);
    const float keep = logistic(gates[kHidden + i]);
    const float candidate = std::tanh(gates[2 * kHidden + i]);
    const float let_out = logistic(gates[3 * kHidden + i]);
    cell_[i] = keep * cell_[i] + let_in * candidate;
    hidden_[i] = let_out * std::tanh(cell_[i]);
  }
  std::vector<float> shown(hidden_.begin(), hidden_.end());
  for (float& value : shown) value = std::max(value, 0.0F);
  return logistic(output_.apply(shown).front());
}

void Silero::reset() {
  context_.fill(0);
  hidden_.fill(0);
  cell_.fill(0);
}

}  // namespace voicestand::bench::baseline
