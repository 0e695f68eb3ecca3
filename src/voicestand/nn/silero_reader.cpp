#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "voicestand/nn/onnx_file.h"
#include "voicestand/nn/silero.h"

namespace voicestand::nn {

// Finds each weight by walking back through the graph from its output, and refuses a graph that computes anything else
// than Silero::process() does. After the first thing that does not fit, nothing more is looked at.
class SileroReader {
 public:
  explicit SileroReader(const Graph& graph) noexcept : graph_(graph) {}

  [[nodiscard]] Result<Silero> read(const std::string& where, const simd::Kernels& kernels) {
    constexpr auto kWindow = static_cast<std::int64_t>(Silero::kContext + Silero::kWindow);
    constexpr auto kHidden = static_cast<std::int64_t>(Silero::kHidden);
    if (!has_input("input", {1, kWindow}) || !has_input("state", {2, 1, kHidden})) refuse("takes other inputs");

    // output <- mean <- logistic <- convolution <- ReLU <- hidden state of the LSTM
    const Node* const output = behind("output", "Conv");
    const Node* const lstm = behind(input_of(output, 0), "LSTM");
    const Node* const convolution_3 = behind(input_of(lstm, 0), "Conv");
    const Node* const convolution_2 = behind(input_of(convolution_3, 0), "Conv");
    const Node* const convolution_1 = behind(input_of(convolution_2, 0), "Conv");
    const Node* const convolution_0 = behind(input_of(convolution_1, 0), "Conv");
    const Node* const magnitude = behind(input_of(convolution_0, 0), "Sqrt");
    const Node* const transform = behind(input_of(magnitude, 0), "Conv");
    const Node* const pad = behind(input_of(transform, 0), "Pad");
    if (input_of(pad, 0) != "input") refuse("does not begin with its input");
    mirrors_its_end(pad);

    Silero silero(kernels);
    moves(transform, static_cast<std::int64_t>(Silero::kHop), {0, 0});
    this->transform(transform, kernels, silero.transform_);
    convolution(convolution_0, silero.convolution_0_, {.rows = 4, .outputs = 128, .inputs = 129, .stride = 1});
    convolution(convolution_1, silero.convolution_1_, {.rows = 2, .outputs = 64, .inputs = 128, .stride = 2});
    convolution(convolution_2, silero.convolution_2_,
                {.rows = 1, .outputs = 64, .inputs = 64, .stride = 2, .first_tap = 1});
    convolution(convolution_3, silero.convolution_3_,
                {.rows = 1, .outputs = 128, .inputs = 64, .stride = 1, .first_tap = 1, .last_tap = 1});
    gates(lstm, silero.gates_);

    moves(output, 1, {0, 0});
    const auto weights = floats(input_of(output, 1), {1, kHidden, 1});
    const auto bias = floats(input_of(output, 2), {1});
    if (!weights.empty()) std::copy_n(weights.begin(), Silero::kHidden, silero.output_.begin());
    if (!bias.empty()) silero.output_bias_ = bias.front();
    if (what_ != nullptr)
      return fail(Errc::kBadModel, std::string("is not the Silero network of 16 kHz: ") + what_, where,
                  "fetch the model again");
    return silero;
  }

 private:
  struct Shape {
    std::size_t rows, outputs, inputs;
    std::int64_t stride;
    std::size_t first_tap = 0, last_tap = Silero::kTaps - 1;  // those that ever meet data
  };

  void refuse(const char* what) noexcept {
    if (what_ == nullptr) what_ = what;
  }

  [[nodiscard]] bool has_input(std::string_view name, std::vector<std::int64_t> shape) const {
    const GraphInput* const input = graph_.input(name);
    return input != nullptr && input->shape == shape;
  }

  [[nodiscard]] static std::string_view input_of(const Node* node, std::size_t index) noexcept {
    return node == nullptr ? std::string_view() : node->input(index);
  }

  // From a value back to the operation that made it, over those that only reshape or act on single elements.
  [[nodiscard]] const Node* behind(std::string_view value, std::string_view op_type) {
    constexpr int kFarthest = 16;  // also ends the walk through a graph that is a circle
    const Node* node = what_ == nullptr ? graph_.producer(value) : nullptr;
    for (int steps = 0; node != nullptr && node->op_type != op_type && steps < kFarthest; ++steps) {
      constexpr std::string_view kPassable[] = {"Squeeze", "Unsqueeze", "Cast",  "ReduceMean", "Relu",
                                                "Sigmoid", "Pow",       "Slice", "Add"};
      if (std::ranges::find(kPassable, node->op_type) == std::end(kPassable)) break;
      node = graph_.producer(node->input(0));
    }
    if (node != nullptr && node->op_type == op_type) return node;
    refuse("its operations follow each other in another order");
    return nullptr;
  }

  [[nodiscard]] std::vector<float> floats(std::string_view name, std::vector<std::int64_t> shape) {
    const Tensor* const tensor = graph_.constant(name);
    if (tensor != nullptr && tensor->shape == shape) {
      auto values = tensor->floats();
      const bool usable = !values.empty() && std::ranges::all_of(values, [](float x) { return std::isfinite(x); });
      if (usable) return values;
    }
    refuse("its weights have other shapes or hold what is no number");
    return {};
  }

  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view name) const {
    const Tensor* const tensor = graph_.constant(name);
    return tensor == nullptr ? std::vector<std::int64_t>() : tensor->integers();
  }

  // One-dimensional, dense, with this stride and padding.
  void moves(const Node* node, std::int64_t stride, std::vector<std::int64_t> pads) {
    if (node == nullptr) return;
    const auto is = [&](std::string_view name, const std::vector<std::int64_t>& wanted) {
      const Attribute* const attribute = node->attribute(name);
      return attribute != nullptr && attribute->integers == wanted;
    };
    const Attribute* const group = node->attribute("group");
    if (!is("strides", {stride}) || !is("pads", pads) || !is("dilations", {1}) ||
        (group != nullptr && group->integer != 1))
      refuse("its convolutions have other strides");
  }

  void mirrors_its_end(const Node* pad) {
    if (pad == nullptr) return;
    const Attribute* const mode = pad->attribute("mode");
    if (mode == nullptr || mode->text != "reflect") refuse("it does not mirror the end of its input");
  }

  // A row of cosines and a row of sines for each frequency, all under one window.
  void transform(const Node* node, const simd::Kernels& kernels, simd::WindowedSpectrum& layer) {
    constexpr std::size_t kFrame = Silero::kFrame;
    constexpr std::size_t kBins = Silero::kBins;
    constexpr float kTolerance = 1e-6F;
    const auto basis = floats(input_of(node, 1), {2 * kBins, 1, kFrame});
    if (basis.empty()) return;
    const std::span window(basis.data(), kFrame);  // the cosine of frequency 0 is 1
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      for (std::size_t sample = 0; sample < kFrame; ++sample) {
        const double angle = 2 * std::numbers::pi * static_cast<double>(bin * sample % kFrame) / kFrame;
        const double real = window[sample] * std::cos(angle) - basis[bin * kFrame + sample];
        const double imaginary = window[sample] * std::sin(angle) + basis[(kBins + bin) * kFrame + sample];
        if (std::abs(real) > kTolerance || std::abs(imaginary) > kTolerance)
          return refuse("it does not begin with a windowed Fourier transform");
      }
    }
    if (auto spectrum = simd::WindowedSpectrum::create(window, kernels)) layer = std::move(*spectrum);
  }

  void convolution(const Node* node, Dense& layer, const Shape& shape) {
    moves(node, shape.stride, {1, 1});
    const auto outputs = static_cast<std::int64_t>(shape.outputs);
    const auto weights = floats(input_of(node, 1), {outputs, static_cast<std::int64_t>(shape.inputs), Silero::kTaps});
    const auto bias = floats(input_of(node, 2), {outputs});
    if (weights.empty() || bias.empty()) return;
    const std::size_t taps = shape.last_tap - shape.first_tap + 1;
    layer = {{.rows = shape.rows, .inputs = taps * shape.inputs, .outputs = shape.outputs, .rectify = true},
             [&](std::size_t output, std::size_t row) {
               const std::size_t tap = shape.first_tap + row / shape.inputs;
               return weights[(output * shape.inputs + row % shape.inputs) * Silero::kTaps + tap];
             },
             bias};
  }

  // The tensor behind a reordering for ONNX's LSTM. It was trained with its gates as input, forget, cell, output; ONNX
  // wants input, output, forget, cell: slices [0,1), [3,4), [1,3) in units of the hidden size, put together again.
  [[nodiscard]] std::string_view reordered(std::string_view value) {
    constexpr auto kHidden = static_cast<std::int64_t>(Silero::kHidden);
    constexpr std::pair<std::int64_t, std::int64_t> kOrder[] = {{0, 1}, {3, 4}, {1, 3}};
    const Node* const concat = graph_.producer(value);
    std::string_view source;
    bool fits = concat != nullptr && concat->op_type == "Concat" && concat->inputs.size() == std::size(kOrder);
    for (std::size_t part = 0; fits && part < std::size(kOrder); ++part) {
      const Node* const slice = graph_.producer(concat->inputs[part]);
      fits = slice != nullptr && slice->op_type == "Slice" && (part == 0 || slice->input(0) == source) &&
             integers(slice->input(1)) == std::vector{kOrder[part].first * kHidden} &&
             integers(slice->input(2)) == std::vector{kOrder[part].second * kHidden} &&
             integers(slice->input(3)) == std::vector<std::int64_t>{0};
      if (fits) source = slice->input(0);
    }
    if (fits) return source;
    refuse("its gates lie in another order");
    return {};
  }

  void gates(const Node* lstm, Dense& layer) {
    if (lstm == nullptr) return;
    constexpr std::size_t kHidden = Silero::kHidden;
    constexpr auto kGates = static_cast<std::int64_t>(4 * kHidden);
    const auto unwrapped = [&](std::size_t index) {
      const Node* const unsqueeze = graph_.producer(lstm->input(index));
      return unsqueeze != nullptr && unsqueeze->op_type == "Unsqueeze" ? unsqueeze->input(0) : std::string_view();
    };
    const Node* const biases = graph_.producer(unwrapped(3));
    if (biases == nullptr || biases->op_type != "Concat" || biases->inputs.size() != 2)
      return refuse("its gates have no bias");
    const auto input_weights = floats(reordered(unwrapped(1)), {kGates, kHidden});
    const auto hidden_weights = floats(reordered(unwrapped(2)), {kGates, kHidden});
    auto bias = floats(reordered(biases->input(0)), {kGates});
    const auto hidden_bias = floats(reordered(biases->input(1)), {kGates});
    if (what_ != nullptr) return;
    for (std::size_t i = 0; i < bias.size(); ++i) bias[i] += hidden_bias[i];
    layer = {{.rows = 1, .inputs = 2 * kHidden, .outputs = 4 * kHidden},
             [&](std::size_t gate, std::size_t input) {
               return input < kHidden ? input_weights[gate * kHidden + input]
                                      : hidden_weights[gate * kHidden + input - kHidden];
             },
             bias};
  }

  const Graph& graph_;
  const char* what_ = nullptr;
};

Result<Silero> Silero::create(const Graph& graph, const std::string& where, const simd::Kernels& kernels) {
  return SileroReader(graph).read(where, kernels);
}

Result<Silero> Silero::load(const std::string& path, const simd::Kernels& kernels) {
  const auto file = OnnxFile::open(path);
  if (!file) return std::unexpected(file.error());
  return create(file->graph(), path, kernels);
}

}  // namespace voicestand::nn
