#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace voicestand::nn {

// What an ONNX file says, as it says it: no meaning is given to operations. Names and large tensors point into the
// file's mapping, so all of this lives at most as long as the OnnxFile. Thread: any may read. Real-time: no.

enum class DataType : std::uint8_t { kFloat32 = 1, kUint8 = 2, kInt8 = 3, kInt32 = 6, kInt64 = 7, kBool = 9 };

// An array in row-major order, little-endian. Its size has been checked against its shape.
class Tensor {
 public:
  Tensor() = default;
  Tensor(Tensor&&) noexcept = default;
  Tensor& operator=(Tensor&&) noexcept = default;
  Tensor(const Tensor&) = delete;
  Tensor& operator=(const Tensor&) = delete;
  ~Tensor() = default;

  std::string_view name;
  DataType type = DataType::kFloat32;
  std::vector<std::int64_t> shape;   // empty for a single number
  std::span<const std::byte> bytes;  // not aligned for its type
  std::vector<std::byte> decoded;    // backs `bytes` where the file spells the elements out one by one

  [[nodiscard]] std::size_t elements() const noexcept;
  // Copies; empty when the type is another.
  [[nodiscard]] std::vector<float> floats() const;
  [[nodiscard]] std::vector<std::int64_t> integers() const;
  // Views; empty when the type is another.
  [[nodiscard]] std::span<const std::uint8_t> uint8s() const noexcept;
  [[nodiscard]] std::span<const std::int8_t> int8s() const noexcept;
};

class Graph;

// One attribute of a node: the member that its kind names holds the value.
struct Attribute {
  std::string_view name;
  std::int64_t integer = 0;
  float number = 0;
  std::string_view text;
  std::vector<std::int64_t> integers;
  std::unique_ptr<Tensor> tensor;
  std::unique_ptr<Graph> graph;  // a branch of If
};

struct Node {
  std::string_view name;
  std::string_view op_type;
  std::vector<std::string_view> inputs;  // an optional input that is left out is empty
  std::vector<std::string_view> outputs;
  std::vector<Attribute> attributes;

  [[nodiscard]] const Attribute* attribute(std::string_view name) const noexcept;
  // The input's name; empty when there is none.
  [[nodiscard]] std::string_view input(std::size_t index) const noexcept {
    return index < inputs.size() ? inputs[index] : std::string_view();
  }
};

struct GraphInput {
  std::string_view name;
  std::vector<std::int64_t> shape;  // -1 for a dimension that is not fixed
};

class Graph {
 public:
  std::vector<Node> nodes;  // producers before their users, if the file keeps to the format: rely on nothing
  std::vector<Tensor> initializers;
  std::vector<GraphInput> inputs;
  std::vector<std::string_view> outputs;
  const Graph* outer = nullptr;  // the graph whose If this is a branch of; its values are visible here

  // By the name of the value: the node that makes it in this graph; nothing when none does.
  [[nodiscard]] const Node* producer(std::string_view value) const noexcept;
  // By the name of the value: an initializer or a Constant node's tensor, here or in an outer graph.
  [[nodiscard]] const Tensor* constant(std::string_view value) const noexcept;
  [[nodiscard]] const GraphInput* input(std::string_view name) const noexcept;

  // Fills the tables of names; false when two things share a name. Called by the parser.
  [[nodiscard]] bool index();

 private:
  std::unordered_map<std::string_view, const Node*> producers_;
  std::unordered_map<std::string_view, const Tensor*> constants_;
};

}  // namespace voicestand::nn
