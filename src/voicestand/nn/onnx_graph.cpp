#include "voicestand/nn/onnx_graph.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace voicestand::nn {

static_assert(std::endian::native == std::endian::little, "the file's tensors are read as they lie");

namespace {

template <typename T>
std::vector<T> copy_of(std::span<const std::byte> bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

}  // namespace

std::size_t Tensor::elements() const noexcept {
  std::size_t count = 1;
  for (const auto dimension : shape) count *= static_cast<std::size_t>(dimension);
  return count;
}

std::vector<float> Tensor::floats() const {
  return type == DataType::kFloat32 ? copy_of<float>(bytes) : std::vector<float>();
}

std::vector<std::int64_t> Tensor::integers() const {
  return type == DataType::kInt64 ? copy_of<std::int64_t>(bytes) : std::vector<std::int64_t>();
}

std::span<const std::uint8_t> Tensor::uint8s() const noexcept {
  if (type != DataType::kUint8) return {};
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

std::span<const std::int8_t> Tensor::int8s() const noexcept {
  if (type != DataType::kInt8) return {};
  return {reinterpret_cast<const std::int8_t*>(bytes.data()), bytes.size()};
}

const Attribute* Node::attribute(std::string_view wanted) const noexcept {
  const auto found = std::ranges::find(attributes, wanted, &Attribute::name);
  return found == attributes.end() ? nullptr : &*found;
}

const Node* Graph::producer(std::string_view value) const noexcept {
  const auto found = producers_.find(value);
  return found == producers_.end() ? nullptr : found->second;
}

const Tensor* Graph::constant(std::string_view value) const noexcept {
  for (const Graph* graph = this; graph != nullptr; graph = graph->outer) {
    const auto found = graph->constants_.find(value);
    if (found != graph->constants_.end()) return found->second;
    if (graph->producers_.contains(value)) return nullptr;  // computed here, which hides what is outside
  }
  return nullptr;
}

const GraphInput* Graph::input(std::string_view name) const noexcept {
  const auto found = std::ranges::find(inputs, name, &GraphInput::name);
  return found == inputs.end() ? nullptr : &*found;
}

bool Graph::index() {
  for (const auto& tensor : initializers)
    if (!constants_.emplace(tensor.name, &tensor).second) return false;
  for (const auto& node : nodes) {
    for (const auto output : node.outputs)
      if (!output.empty() && (constants_.contains(output) || !producers_.emplace(output, &node).second)) return false;
    const Attribute* value = node.op_type == "Constant" ? node.attribute("value") : nullptr;
    if (value == nullptr || value->tensor == nullptr || node.outputs.size() != 1) continue;
    constants_.emplace(node.outputs.front(), value->tensor.get());
  }
  return true;
}

}  // namespace voicestand::nn
