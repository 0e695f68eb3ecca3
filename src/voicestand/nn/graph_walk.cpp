#include "voicestand/nn/graph_walk.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace voicestand::nn {
namespace {

const Node kNowhere{};

}  // namespace

std::string_view GraphWalk::refuse(std::string_view what, std::string_view name, std::string_view after) {
  if (!failed()) problem_.append(part_).append(" ").append(what).append(name).append(after);
  return {};
}

std::string_view GraphWalk::refuse_computation(std::string_view name) {
  return refuse("computes its ", name, " in another way");
}

const Node& GraphWalk::step(std::string_view value, std::string_view op_type, std::string_view name) {
  if (!failed() && is(value, op_type)) return *graph_.producer(value);
  refuse_computation(name);
  return kNowhere;
}

bool GraphWalk::is(std::string_view value, std::string_view op_type) const noexcept {
  const Node* const node = graph_.producer(value);
  return node != nullptr && node->op_type == op_type;
}

const Node& GraphWalk::behind(std::string_view value, std::string_view op_type, std::string_view name) {
  constexpr int kFarthest = 16;  // also ends the walk through a graph that is a circle
  constexpr std::string_view kPassable[] = {"Reshape", "Transpose", "Unsqueeze", "Concat", "Expand", "Cast"};
  const Node* node = failed() ? nullptr : graph_.producer(value);
  for (int steps = 0; node != nullptr && node->op_type != op_type && steps < kFarthest; ++steps) {
    if (std::ranges::find(kPassable, node->op_type) == std::end(kPassable)) break;
    node = graph_.producer(node->input(0));
  }
  if (node != nullptr && node->op_type == op_type) return *node;
  refuse_computation(name);
  return kNowhere;
}

float GraphWalk::number(std::string_view value) const {
  const Tensor* const tensor = graph_.constant(value);
  const auto numbers = tensor == nullptr || tensor->elements() != 1 ? std::vector<float>() : tensor->floats();
  return numbers.empty() ? std::numeric_limits<float>::quiet_NaN() : numbers.front();
}

bool GraphWalk::is_number(std::string_view value, float expected) const {
  return std::abs(number(value) - expected) <= 1e-6F * std::abs(expected);
}

std::int64_t GraphWalk::integer(std::string_view value, std::int64_t otherwise) const {
  const Tensor* const tensor = graph_.constant(value);
  const auto integers = tensor == nullptr || tensor->elements() != 1 ? std::vector<std::int64_t>() : tensor->integers();
  return integers.empty() ? otherwise : integers.front();
}

std::vector<float> GraphWalk::floats(std::string_view value, std::size_t count, std::string_view name) {
  if (failed()) return {};
  const Tensor* const tensor = graph_.constant(value);
  std::vector<float> numbers;
  if (tensor == nullptr) {
    refuse("has no ", name);
  } else if (tensor->type != DataType::kFloat32 || tensor->elements() != count) {
    refuse("has its ", name, " in another shape");
  } else if (numbers = tensor->floats(); !std::ranges::all_of(numbers, [](float x) { return std::isfinite(x); })) {
    refuse("has what is no number in its ", name);
  }
  if (failed()) numbers.clear();
  return numbers;
}

bool has_integers(const Node& node, std::string_view name, std::span<const std::int64_t> expected) {
  const Attribute* const attribute = node.attribute(name);
  return attribute != nullptr && std::ranges::equal(attribute->integers, expected);
}

bool has_integer(const Node& node, std::string_view name, std::int64_t expected) {
  const Attribute* const attribute = node.attribute(name);
  return attribute != nullptr && attribute->integer == expected;
}

}  // namespace voicestand::nn
