#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

#include "voicestand/nn/onnx_test_writer.h"

// A Moonshine model of some hundred numbers, operation by operation as the real ones are.
namespace voicestand::nn::moonshine_test {

using onnx_test::integer;
using onnx_test::integers;
using onnx_test::WrittenAttribute;
using onnx_test::WrittenGraph;

inline constexpr std::int64_t kWidth = 8, kHeads = 2, kHeadWidth = 4, kRotary = 2, kHidden = 12, kVocabulary = 7;
inline constexpr std::int64_t kLayers = 2;
inline constexpr std::int64_t kWaveTaps = 5, kWaveChannels = 6, kSecondTaps = 3, kSecondChannels = 10, kThirdTaps = 2;

// Names of values: a part's own begin with its prefix, "layers.1.query" or "norm".
class Builder {
 public:
  WrittenGraph graph;

  std::string op(const std::string& name, const std::string& type, std::vector<std::string> inputs,
                 std::vector<WrittenAttribute> attributes = {}) {
    graph.nodes.push_back({type, std::move(inputs), {name}, std::move(attributes)});
    return name;
  }
  template <typename T>
  std::string constant(const std::string& name, DataType type, std::vector<std::int64_t> shape,
                       const std::vector<T>& values) {
    graph.tensors.push_back({name, type, std::move(shape),
                             std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T))});
    return name;
  }
  std::string floats(const std::string& name, std::vector<std::int64_t> shape, float step = 0.125F) {
    std::vector<float> values;
    for (std::size_t i = 0; i < count_of(shape); ++i) values.push_back(step * static_cast<float>(i % 7 + 1));
    return constant(name, DataType::kFloat32, std::move(shape), values);
  }
  std::string real(const std::string& name, float value) {
    return constant(name, DataType::kFloat32, {}, std::vector{value});
  }
  std::string whole(const std::string& name, std::int64_t value) {
    return constant(name, DataType::kInt64, {1}, std::vector{value});
  }
  std::string matrix(const std::string& name, DataType type, std::vector<std::int64_t> shape) {
    std::vector<std::uint8_t> values;
    for (std::size_t i = 0; i < count_of(shape); ++i) values.push_back(static_cast<std::uint8_t>(37 * i + 11));
    return constant(name, type, std::move(shape), values);
  }

  // What all parts share.
  void constants() {
    real("two", 2);
    real("epsilon", 1e-5F);
    real("one", 1);
    real("half", 0.5F);
    real("root_two", std::numbers::sqrt2_v<float>);
    real("fourth_root", 1 / std::sqrt(std::sqrt(static_cast<float>(kHeadWidth))));
    whole("heads", kHeads);
    whole("head_width", kHeadWidth);
    whole("rotary", kRotary);
    whole("far", INT64_MAX);
    whole("last", -1);
    whole("0", 0);
    whole("1", 1);
    whole("2", 2);
    whole("3", 3);
    constant("frequencies", DataType::kFloat32, {1, kRotary / 2, 1}, std::vector{1.0F});
  }

  std::string norm(const std::string& x, const std::string& name) {
    const auto mean = op(name + ".mean", "ReduceMean", {x}, {integers("axes", {-1})});
    const auto centred = op(name + ".centred", "Sub", {x, mean});
    const auto square = op(name + ".square", "Pow", {centred, "two"});
    const auto variance = op(name + ".variance", "ReduceMean", {square}, {integers("axes", {-1})});
    const auto sum = op(name + ".sum", "Add", {variance, "epsilon"});
    const auto deviation = op(name + ".deviation", "Sqrt", {sum});
    const auto quotient = op(name + ".quotient", "Div", {centred, deviation});
    return op(name, "Mul", {quotient, floats(name + ".weight", {kWidth})});
  }

  std::string linear(const std::string& x, const std::string& name, std::int64_t inputs, std::int64_t outputs,
                     bool bias = false) {
    graph.nodes.push_back(
        {"DynamicQuantizeLinear", {x}, {name + ".bytes", name + ".bytes_scale", name + ".bytes_zero"}, {}});
    matrix(name + ".weights", DataType::kUint8, {inputs, outputs});
    real(name + ".scale", 0.25F);
    constant(name + ".zero", DataType::kUint8, {}, std::vector<std::uint8_t>{131});
    op(name + ".product", "MatMulInteger", {name + ".bytes", name + ".weights", name + ".bytes_zero", name + ".zero"});
    const auto scale = op(name + ".scales", "Mul", {name + ".bytes_scale", name + ".scale"});
    const auto whole = op(name + ".cast", "Cast", {name + ".product"});
    if (!bias) return op(name, "Mul", {whole, scale});
    const auto scaled = op(name + ".scaled", "Mul", {whole, scale});
    return op(name, "Add", {floats(name + ".bias", {outputs}), scaled});
  }

  std::string gelu(const std::string& x, const std::string& name) {
    const auto quotient = op(name + ".quotient", "Div", {x, "root_two"});
    const auto erf = op(name + ".erf", "Erf", {quotient});
    const auto sum = op(name + ".sum", "Add", {erf, "one"});
    const auto product = op(name + ".product", "Mul", {x, sum});
    return op(name, "Mul", {product, "half"});
  }

  std::string split(const std::string& x, const std::string& name, std::vector<std::int64_t> order = {0, 2, 1, 3}) {
    const auto shape = op(name + ".shape", "Concat", {"0", "last", "heads", "head_width"}, {integer("axis", 0)});
    const auto reshaped = op(name + ".split", "Reshape", {x, shape});
    return op(name + ".by_head", "Transpose", {reshaped}, {integers("perm", order)});
  }

  // The angles of all positions; once a graph.
  void positions() {
    const auto product = op("angles", "MatMul", {"frequencies", "positions"});
    const auto turned = op("angles.turned", "Transpose", {product}, {integers("perm", {0, 2, 1})});
    const auto unsqueezed = op("angles.unsqueezed", "Unsqueeze", {turned, "last"});
    const auto twice = op("angles.twice", "Concat", {unsqueezed, unsqueezed}, {integer("axis", -1)});
    const auto shaped = op("angles.shaped", "Reshape", {twice, "0"});
    op("cosines", "Unsqueeze", {op("cos", "Cos", {shaped}), "1"});
    op("sines", "Unsqueeze", {op("sin", "Sin", {shaped}), "1"});
  }

  std::string rotated(const std::string& x, const std::string& name) {
    const auto first = op(name + ".first", "Slice", {x, "0", "rotary", "3", "1"});
    const auto rest = op(name + ".rest", "Slice", {x, "rotary", "far", "3", "1"});
    const auto cosine = op(name + ".cosine", "Mul", {first, "cosines"});
    const auto evens = op(name + ".evens", "Slice", {first, "0", "far", "3", "2"});
    const auto odds = op(name + ".odds", "Slice", {first, "1", "far", "3", "2"});
    const auto negated = op(name + ".negated", "Neg", {odds});
    const auto left = op(name + ".left", "Unsqueeze", {negated, "last"});
    const auto right = op(name + ".right", "Unsqueeze", {evens, "last"});
    const auto pairs = op(name + ".pairs", "Concat", {left, right}, {integer("axis", -1)});
    const auto shaped = op(name + ".shaped", "Reshape", {pairs, "0"});
    const auto sine = op(name + ".sine", "Mul", {shaped, "sines"});
    const auto sum = op(name + ".turned", "Add", {cosine, sine});
    return op(name + ".rotated", "Concat", {sum, rest}, {integer("axis", -1)});
  }

  std::string attention(const std::string& from, const std::string& to, const std::string& name, bool rotary,
                        bool causal) {
    auto query = split(linear(from, name + ".query", kWidth, kWidth), name + ".query");
    auto key = linear(to, name + ".key", kWidth, kWidth);
    const auto value = split(linear(to, name + ".value", kWidth, kWidth), name + ".value");
    if (rotary) {
      query = rotated(query, name + ".query");
      key = rotated(split(key, name + ".key"), name + ".key");
      key = op(name + ".key.turned_heads", "Transpose", {key}, {integers("perm", {0, 1, 3, 2})});
    } else {
      key = split(key, name + ".key", {0, 2, 3, 1});
    }
    const auto queries = op(name + ".queries", "Mul", {query, "fourth_root"});
    const auto keys = op(name + ".keys", "Mul", {key, "fourth_root"});
    auto scores = op(name + ".scores", "MatMul", {queries, keys});
    if (causal) scores = op(name + ".masked", "Add", {scores, "mask"});
    const auto softmax = op(name + ".softmax", "Softmax", {scores}, {integer("axis", -1)});
    const auto mixed = op(name + ".mixed", "MatMul", {softmax, value});
    const auto steps = op(name + ".steps", "Transpose", {mixed}, {integers("perm", {0, 2, 1, 3})});
    const auto joined = op(name + ".joined", "Reshape", {steps, "0"});
    return linear(joined, name + ".output", kWidth, kWidth);
  }

  std::string convolution(const std::string& x, const std::string& name, std::vector<std::int64_t> shape,
                          std::int64_t stride, float offset, bool bias) {
    const auto outputs = shape.front();
    matrix(name + ".weights", DataType::kInt8, std::move(shape));
    constant(name + ".scale", DataType::kFloat32, {1}, std::vector{0.5F});
    constant(name + ".offset", DataType::kFloat32, {1}, std::vector{offset});
    const auto cast = op(name + ".cast", "Cast", {name + ".weights"});
    const auto scaled = op(name + ".scaled", "Mul", {cast, name + ".scale"});
    std::vector<std::string> inputs{x, op(name + ".shifted", "Add", {scaled, name + ".offset"})};
    if (bias) inputs.push_back(floats(name + ".bias", {outputs}));
    return op(
        name, "Conv", std::move(inputs),
        {integers("strides", {stride}), integers("pads", {0, 0}), integers("dilations", {1}), integer("group", 1)});
  }

 private:
  static std::size_t count_of(const std::vector<std::int64_t>& shape) {
    std::size_t count = 1;
    for (const auto dimension : shape) count *= static_cast<std::size_t>(dimension);
    return count;
  }
};

inline WrittenGraph encoder(std::int64_t layers = kLayers) {
  Builder b;
  b.constants();
  b.op("positions", "Range", {"0", "1"});
  b.positions();
  const auto samples = b.op("unsqueezed", "Unsqueeze", {"samples", "1"});
  const auto wave = b.convolution(samples, "wave", {kWaveChannels, 1, kWaveTaps}, 4, 0.75F, false);
  const auto tanh = b.op("tanh", "Tanh", {wave});
  b.constant("one_group", DataType::kInt64, {3}, std::vector<std::int64_t>{0, 1, -1});
  b.constant("group.one", DataType::kFloat32, {1}, std::vector{1.0F});
  b.constant("group.zero", DataType::kFloat32, {1}, std::vector{0.0F});
  const auto grouped = b.op("group.grouped", "Reshape", {tanh, "one_group"});
  const auto normal = b.op("group.normal", "InstanceNormalization", {grouped, "group.one", "group.zero"},
                           {onnx_test::real("epsilon", 1e-5F)});
  const auto shaped = b.op("group.shaped", "Reshape", {normal, "0"});
  const auto scaled = b.op("group.scaled", "Mul", {shaped, b.floats("group.weight", {kWaveChannels, 1})});
  const auto group = b.op("group", "Add", {scaled, b.floats("group.bias", {kWaveChannels, 1})});
  const auto second = b.gelu(
      b.convolution(group, "second", {kSecondChannels, kWaveChannels, kSecondTaps}, 3, -1.5F, true), "second.gelu");
  const auto third =
      b.gelu(b.convolution(second, "third", {kWidth, kSecondChannels, kThirdTaps}, 2, 0.1F, true), "third.gelu");
  auto x = b.op("frames", "Transpose", {third}, {integers("perm", {0, 2, 1})});
  for (std::int64_t i = 0; i < layers; ++i) {
    const auto name = "layers." + std::to_string(i);
    const auto attention_norm = b.norm(x, name + ".attention_norm");
    x = b.op(name + ".attended", "Add", {x, b.attention(attention_norm, attention_norm, name, true, false)});
    const auto in = b.linear(b.norm(x, name + ".mlp_norm"), name + ".mlp_in", kWidth, kHidden, true);
    const auto out = b.linear(b.gelu(in, name + ".gelu"), name + ".mlp_out", kHidden, kWidth, true);
    x = b.op(name, "Add", {x, out});
  }
  b.graph.inputs.push_back({"samples", {1, 1}});
  b.graph.outputs.push_back(b.norm(x, "norm"));
  return b.graph;
}

// The branch that begins a text, and what the file holds around it: all constants.
struct Decoder {
  WrittenGraph branch;
  WrittenGraph whole;
  [[nodiscard]] std::string model() const { return model(serialised(branch), serialised(whole)); }
  static std::string model(std::string_view branch, std::string_view whole) {
    const onnx_test::WrittenNode node{.op_type = "If",
                                      .inputs = {"use_cache"},
                                      .outputs = {"logits"},
                                      .attributes = {onnx_test::branch("else_branch", branch)}};
    return onnx_test::model(serialised(node).append(whole));
  }
};

inline Decoder decoder(std::int64_t layers = kLayers) {
  Builder b;
  b.constants();
  b.op("positions", "Range", {"0", "1"});
  b.positions();
  b.matrix("embedding.weights", DataType::kUint8, {kVocabulary, kWidth});
  b.real("embedding.scale", 0.5F);
  b.constant("embedding.zero", DataType::kUint8, {}, std::vector<std::uint8_t>{120});
  const auto picked = b.op("picked", "Gather", {"embedding.weights", "input_ids"});
  auto x = b.op("row", "DequantizeLinear", {picked, "embedding.scale", "embedding.zero"});
  for (std::int64_t i = 0; i < layers; ++i) {
    const auto name = "layers." + std::to_string(i);
    const auto self_norm = b.norm(x, name + ".self_norm");
    x = b.op(name + ".heard_itself", "Add", {x, b.attention(self_norm, self_norm, name + ".self", true, true)});
    const auto cross_norm = b.norm(x, name + ".cross_norm");
    x = b.op(name + ".attended", "Add", {x, b.attention(cross_norm, "frames", name + ".cross", false, false)});
    const auto in = b.linear(b.norm(x, name + ".mlp_norm"), name + ".mlp_in", kWidth, 2 * kHidden, true);
    if (i == 0) {
      b.whole("hidden", kHidden);
      b.whole("twice_hidden", 2 * kHidden);
    }
    const auto up = b.op(name + ".up", "Slice", {in, "0", "hidden", "last"});
    const auto gate = b.op(name + ".gate", "Slice", {in, "hidden", "twice_hidden", "last"});
    const auto sigmoid = b.op(name + ".sigmoid", "Sigmoid", {gate});
    const auto weighted = b.op(name + ".weighted", "Mul", {gate, sigmoid});
    const auto gated = b.op(name + ".gated", "Mul", {weighted, up});
    x = b.op(name, "Add", {x, b.linear(gated, name + ".mlp_out", kHidden, kWidth, true)});
  }
  const auto turned = b.op("embedding.turned", "Transpose", {"embedding.weights"});
  const auto columns = b.op("columns", "DequantizeLinear", {turned, "embedding.scale", "embedding.zero"});
  const auto normal = b.norm(x, "norm");
  b.graph.outputs.push_back(b.op("logits", "MatMul", {normal, columns}));

  Decoder decoder;
  decoder.whole.tensors = std::move(b.graph.tensors);
  b.graph.tensors.clear();
  decoder.branch = std::move(b.graph);
  decoder.whole.inputs = {{"input_ids", {1, 1}}, {"frames", {1, -1, kWidth}}};
  decoder.whole.outputs = {"logits"};
  return decoder;
}

}  // namespace voicestand::nn::moonshine_test
