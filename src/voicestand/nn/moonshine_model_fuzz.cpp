#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "voicestand/nn/fuzz_test_script.h"
#include "voicestand/nn/moonshine_reader.h"
#include "voicestand/nn/moonshine_test_invariants.h"
#include "voicestand/nn/moonshine_test_model.h"
#include "voicestand/nn/onnx_file.h"

// A small model with damage to its graph, then to its bytes; or bytes that are nothing else.
namespace voicestand::nn {
namespace {

using fuzz_test::Script;
using moonshine_test::Invariants;
using onnx_test::WrittenGraph;
using onnx_test::WrittenNode;
using onnx_test::WrittenTensor;

[[noreturn]] void report(std::string_view what) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

template <typename Weights>
void check(Result<Weights> (*read)(const Graph&, const std::string&), std::string_view model) {
  const auto graph = parse_onnx(std::as_bytes(std::span(model)), "fuzz");
  if (!graph) return;
  const auto weights = read(**graph, "fuzz");
  if (!weights) {
    if (weights.error().code != Errc::kBadModel || weights.error().what.empty()) report("another error");
    return;
  }
  if (const auto broken = Invariants::broken(*weights); !broken.empty()) report(broken);
}

// Parts of a graph as they stand in its file, all made once.
struct Parts {
  explicit Parts(WrittenGraph of) : graph(std::move(of)) {
    for (const auto& node : graph.nodes) nodes.push_back(serialised(node));
    for (const auto& tensor : graph.tensors) tensors.push_back(serialised(tensor));
    WrittenGraph rest = graph;
    rest.nodes.clear();
    rest.tensors.clear();
    ends = serialised(rest);
  }
  WrittenGraph graph;
  std::vector<std::string> nodes, tensors;
  std::string ends;
};

// Some of them replaced.
class Changed {
 public:
  explicit Changed(const Parts& parts) : parts_(parts) {}

  void node(Script& script) {
    const auto& nodes = parts_.graph.nodes;
    if (nodes.empty()) return;
    const std::size_t at = script.index(nodes.size());
    WrittenNode node = nodes[at];
    switch (script.byte() % 5) {
      case 0:
        node.op_type = nodes[script.index(nodes.size())].op_type;
        break;
      case 1:
        if (!node.attributes.empty()) node.attributes.pop_back();
        break;
      case 2:
        node.attributes.insert(node.attributes.begin(),
                               onnx_test::integers("strides", {static_cast<std::int8_t>(script.byte())}));
        break;
      case 3:
        if (!node.inputs.empty()) node.inputs.pop_back();
        break;
      default:
        if (!node.inputs.empty()) node.inputs[script.index(node.inputs.size())] = any_value(script);
        break;
    }
    nodes_.emplace_back(at, serialised(node));
  }

  void tensor(Script& script) {
    constexpr float kFloats[] = {0,    -1,   1e30F, 1e-30F, std::numeric_limits<float>::quiet_NaN(),
                                 1e9F, 0.5F, -100,  300,    std::numeric_limits<float>::infinity()};
    constexpr std::int64_t kIntegers[] = {0, 1, 2, 3, 4, -1, INT64_MIN, INT64_MAX, 8, 24};
    if (parts_.graph.tensors.empty()) return;
    const std::size_t at = script.index(parts_.graph.tensors.size());
    WrittenTensor tensor = parts_.graph.tensors[at];
    switch (script.byte() % 4) {
      case 0:
        tensor.type = static_cast<DataType>(script.byte() % 10);
        break;
      case 1:
        tensor.shape = {1 + script.byte() % 16, 1 + script.byte() % 16};
        if (script.byte() % 2 == 0) tensor.shape.push_back(1 + script.byte() % 8);
        resize(tensor);
        break;
      case 2:
        if (tensor.data.size() >= sizeof(float))
          std::memcpy(tensor.data.data(), &kFloats[script.index(std::size(kFloats))], sizeof(float));
        break;
      default:
        if (tensor.type == DataType::kInt64)
          std::memcpy(tensor.data.data(), &kIntegers[script.index(std::size(kIntegers))], sizeof(std::int64_t));
        break;
    }
    tensors_.emplace_back(at, serialised(tensor));
  }

  [[nodiscard]] std::string message() const {
    std::string message;
    append(message, parts_.nodes, nodes_);
    append(message, parts_.tensors, tensors_);
    return message + parts_.ends;
  }

 private:
  using Replaced = std::vector<std::pair<std::size_t, std::string>>;

  static void resize(WrittenTensor& tensor) {
    std::size_t size = tensor.type == DataType::kFloat32 ? 4 : 1;
    for (const auto dimension : tensor.shape) size *= static_cast<std::size_t>(dimension);
    tensor.data.resize(size, '\1');
  }

  [[nodiscard]] std::string any_value(Script& script) const {
    const WrittenNode& node = parts_.graph.nodes[script.index(parts_.graph.nodes.size())];
    if (script.byte() % 2 == 0 || node.inputs.empty()) return node.outputs.front();
    return node.inputs[script.index(node.inputs.size())];
  }

  static void append(std::string& message, const std::vector<std::string>& parts, const Replaced& replaced) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const auto found = std::ranges::find(replaced, i, &Replaced::value_type::first);
      message += found == replaced.end() ? parts[i] : found->second;
    }
  }

  const Parts& parts_;
  Replaced nodes_, tensors_;
};

void change(Changed& nodes, Changed& tensors, Script& script) {
  for (int changes = script.byte() % 4; changes > 0; --changes)
    script.byte() % 2 == 0 ? nodes.node(script) : tensors.tensor(script);
}

std::string changed_encoder(Script& script) {
  static const Parts parts(moonshine_test::encoder(1));
  Changed changed(parts);
  change(changed, changed, script);
  return onnx_test::model(changed.message());
}

std::string changed_decoder(Script& script) {
  static const Parts branch(moonshine_test::decoder(1).branch);
  static const Parts whole(moonshine_test::decoder(1).whole);
  Changed inner(branch);
  Changed outer(whole);
  change(inner, outer, script);
  return moonshine_test::Decoder::model(inner.message(), outer.message());
}

void run(Script script) {
  const std::uint8_t what = script.byte();
  const bool encoder = what % 2 == 0;
  std::string model;
  if (what % 8 >= 6) {
    model.assign(reinterpret_cast<const char*>(script.rest().data()), script.rest().size());
  } else {
    model = encoder ? changed_encoder(script) : changed_decoder(script);
    damage(model, script);
  }
  encoder ? check(read_moonshine_encoder, model) : check(read_moonshine_decoder, model);
}

}  // namespace
}  // namespace voicestand::nn

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  voicestand::nn::run(voicestand::nn::fuzz_test::Script({data, size}));
  return 0;
}
