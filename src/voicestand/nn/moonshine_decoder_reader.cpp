#include <span>

#include "voicestand/nn/moonshine_reader.h"

namespace voicestand::nn {
namespace {

constexpr std::size_t kMostTokens = 1'000'000;

// From the scores of tokens back to the tokens that go in.
class DecoderReader : public MoonshineReader {
 public:
  DecoderReader(const Graph& graph, DecoderWeights& weights) : MoonshineReader(graph), weights_(weights) {}

  void read() {
    enter("the decoder's end");
    const Node& scores =
        step(graph().outputs.empty() ? std::string_view() : graph().outputs.front(), "MatMul", "scores");
    width_ = norm_width(scores.input(0));
    const auto sums = this->sums(norm(scores.input(0), weights_.norm, "norm"), 3);
    if (!sums.empty()) embedding(sums.front().around, scores.input(1));
    weights_.layers.resize(sums.size() / 3);
    for (std::size_t i = 0; i < weights_.layers.size() && !failed(); ++i) {
      enter("layer " + std::to_string(i));
      layer(std::span(sums).subspan(3 * i).first<3>(), weights_.layers[i]);
    }
    weights_.width = width_;
    weights_.heads = heads_;
    weights_.rotary = rotary_;
  }

 private:
  // One table makes tokens into rows and the last row into scores.
  void embedding(std::string_view row, std::string_view columns) {
    constexpr std::string_view kName = "embedding";
    const Node& picked = step(row, "DequantizeLinear", kName);
    const Node& pick = step(picked.input(0), "Gather", kName);
    const Node& output = step(columns, "DequantizeLinear", "scores");
    const Node& turned = step(output.input(0), "Transpose", "scores");
    if (failed()) return;
    if (turned.input(0) != pick.input(0) || output.input(1) != picked.input(1) || output.input(2) != picked.input(2)) {
      refuse("computes its scores with another table than its embedding");
      return;
    }
    const ByteMatrix table = byte_matrix(pick.input(0), picked.input(1), picked.input(2), kName);
    if (failed()) return;
    if (table.columns != width_ || table.rows > kMostTokens) refuse("has its ", kName, " in another shape");
    weights_.embedding = {.bytes = table.bytes,
                          .inputs = table.columns,
                          .outputs = table.rows,
                          .scale = table.scale,
                          .zero = table.zero,
                          .zero_fraction = 0};
  }

  void layer(std::span<const Sum, 3> sums, DecoderLayer& layer) {
    const auto self = attention(sums[0].part, layer.self, Position::kRotaryCausal, width_, "self attention");
    if (self.from != self.to || norm(self.from, layer.self_norm, "self attention norm") != sums[0].around)
      refuse_computation("self attention");
    const auto cross = attention(sums[1].part, layer.cross, Position::kNone, 0, "cross attention");
    if (norm(cross.from, layer.cross_norm, "cross attention norm") != sums[1].around ||
        graph_input(cross.to) == nullptr)
      refuse_computation("cross attention");
    const auto gated = linear(sums[2].part, layer.mlp_out, 0, width_, "MLP output");
    const std::size_t hidden = layer.mlp_out.weights.inputs;
    const auto in = linear(gate(gated, hidden), layer.mlp_in, width_, 2 * hidden, "MLP input");
    if (norm(in, layer.mlp_norm, "MLP norm") != sums[2].around) refuse_computation("MLP");
  }

  // The first half times the second's x / (1 + exp(-x)).
  [[nodiscard]] std::string_view gate(std::string_view value, std::size_t hidden) {
    constexpr std::string_view kName = "MLP gate";
    const Node& product = step(value, "Mul", kName);
    const Node& weighted = step(product.input(0), "Mul", kName);
    const Node& sigmoid = step(weighted.input(1), "Sigmoid", kName);
    const Node& gate = step(weighted.input(0), "Slice", kName);
    const Node& up = step(product.input(1), "Slice", kName);
    if (failed()) return {};
    const auto half = static_cast<std::int64_t>(hidden);
    if (sigmoid.input(0) != weighted.input(0) || gate.input(0) != up.input(0) || integer(up.input(1), -1) != 0 ||
        integer(up.input(2), 0) != half || integer(gate.input(1), 0) != half || integer(gate.input(2), 0) < 2 * half ||
        integer(up.input(3), 0) != -1 || integer(gate.input(3), 0) != -1)
      refuse_computation(kName);
    return up.input(0);
  }

  [[nodiscard]] const GraphInput* graph_input(std::string_view name) const noexcept {
    const GraphInput* found = nullptr;
    for (const Graph* at = &graph(); at != nullptr && found == nullptr; at = at->outer) found = at->input(name);
    return found;
  }

  DecoderWeights& weights_;
};

// The branch of the file's only operation that has nothing to go on from: it holds all weights.
const Graph* first_pass(const Graph& graph) {
  if (graph.nodes.size() != 1 || graph.nodes.front().op_type != "If") return nullptr;
  const Attribute* const branch = graph.nodes.front().attribute("else_branch");
  return branch == nullptr ? nullptr : branch->graph.get();
}

}  // namespace

Result<DecoderWeights> read_moonshine_decoder(const Graph& graph, const std::string& where) {
  DecoderWeights weights;
  const Graph* const branch = first_pass(graph);
  DecoderReader reader(branch == nullptr ? graph : *branch, weights);
  reader.read();
  if (reader.failed()) return reader.error(where);
  return weights;
}

}  // namespace voicestand::nn
