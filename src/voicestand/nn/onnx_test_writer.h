#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "voicestand/nn/onnx_graph.h"

// Puts ONNX files together in the wire format, for tests: small ones, and ones that no exporter would write.
namespace voicestand::nn::onnx_test {

inline std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}
inline std::string number(unsigned field, std::uint64_t value) {
  return varint(field << 3) + varint(value);
}
inline std::string bytes(unsigned field, std::string_view value) {
  return varint(field << 3 | 2).append(varint(value.size())).append(value);
}

// Numbers of fields in the format's published schema.
inline constexpr unsigned kModelGraph = 7;
inline constexpr unsigned kGraphNode = 1, kGraphInitializer = 5, kGraphInput = 11, kGraphOutput = 12;
inline constexpr unsigned kNodeInput = 1, kNodeOutput = 2, kNodeOpType = 4, kNodeAttribute = 5;
inline constexpr unsigned kAttributeName = 1, kAttributeFloat = 2, kAttributeInt = 3, kAttributeGraph = 6,
                          kAttributeInts = 8;
inline constexpr unsigned kTensorDim = 1, kTensorType = 2, kTensorName = 8, kTensorRawData = 9;

inline std::string tensor(std::string_view name, std::uint64_t type, const std::vector<std::int64_t>& shape,
                          std::string_view data) {
  std::string message = number(kTensorType, type) + bytes(kTensorName, name);
  for (const auto dimension : shape) message += number(kTensorDim, static_cast<std::uint64_t>(dimension));
  return message + bytes(kTensorRawData, data);
}

struct WrittenTensor {
  std::string name;
  DataType type = DataType::kFloat32;
  std::vector<std::int64_t> shape;
  std::string data;
};

struct WrittenAttribute {
  std::string name;
  std::string message;  // its value, as it stands in the file
};

struct WrittenNode {
  std::string op_type;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::vector<WrittenAttribute> attributes;
};

struct WrittenInput {
  std::string name;
  std::vector<std::int64_t> shape;
};

struct WrittenGraph {
  std::vector<WrittenNode> nodes;
  std::vector<WrittenTensor> tensors;
  std::vector<WrittenInput> inputs;
  std::vector<std::string> outputs;

  // The node that makes the value, or the tensor of this name; the program must know that it is there.
  [[nodiscard]] WrittenNode& node(std::string_view value) {
    for (auto& node : nodes)
      for (const auto& output : node.outputs)
        if (output == value) return node;
    std::abort();
  }
  [[nodiscard]] WrittenTensor& tensor(std::string_view name) {
    for (auto& tensor : tensors)
      if (tensor.name == name) return tensor;
    std::abort();
  }
};

inline WrittenAttribute integers(std::string name, const std::vector<std::int64_t>& values) {
  std::string packed;
  for (const auto value : values) packed += varint(static_cast<std::uint64_t>(value));
  return {.name = std::move(name), .message = bytes(kAttributeInts, packed)};
}
inline WrittenAttribute integer(std::string name, std::int64_t value) {
  return {.name = std::move(name), .message = number(kAttributeInt, static_cast<std::uint64_t>(value))};
}
inline WrittenAttribute real(std::string name, float value) {
  std::string message = varint(kAttributeFloat << 3 | 5);
  message.append(reinterpret_cast<const char*>(&value), sizeof value);
  return {.name = std::move(name), .message = std::move(message)};
}

// Each as a field of its graph.
inline std::string serialised(const WrittenNode& node) {
  std::string written = bytes(kNodeOpType, node.op_type);
  for (const auto& input : node.inputs) written += bytes(kNodeInput, input);
  for (const auto& output : node.outputs) written += bytes(kNodeOutput, output);
  for (const auto& attribute : node.attributes)
    written += bytes(kNodeAttribute, bytes(kAttributeName, attribute.name) + attribute.message);
  return bytes(kGraphNode, written);
}
inline std::string serialised(const WrittenTensor& one) {
  return bytes(kGraphInitializer, tensor(one.name, static_cast<std::uint64_t>(one.type), one.shape, one.data));
}
inline std::string serialised(const WrittenInput& input) {
  std::string shape;
  for (const auto dimension : input.shape) shape += bytes(1, number(1, static_cast<std::uint64_t>(dimension)));
  return bytes(kGraphInput, bytes(1, input.name) + bytes(2, bytes(1, bytes(2, shape))));
}

inline std::string serialised(const WrittenGraph& graph) {
  std::string message;
  for (const auto& node : graph.nodes) message += serialised(node);
  for (const auto& tensor : graph.tensors) message += serialised(tensor);
  for (const auto& input : graph.inputs) message += serialised(input);
  for (const auto& output : graph.outputs) message += bytes(kGraphOutput, bytes(1, output));
  return message;
}
// From a graph as serialised() has made it.
inline WrittenAttribute branch(std::string name, std::string_view graph) {
  return {.name = std::move(name), .message = bytes(kAttributeGraph, graph)};
}
inline std::string model(std::string_view graph) {
  return bytes(kModelGraph, graph);
}
inline std::string model(const WrittenGraph& graph) {
  return model(serialised(graph));
}

}  // namespace voicestand::nn::onnx_test
